"""What a fleet's rollout came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from deployer.errors import DeployerError, Interrupted
from deployer.rollout.result import Rollout

Kind = Literal["cluster", "community"]
State = Literal["up", "unchanged", "failed", "blocked", "refused", "not begun", "interrupted"]
WELL: tuple[State, ...] = ("up", "unchanged", "refused")
"""Nothing remains to be done with these: a file that is refused was never begun with, and is mended by its people."""
INTERRUPTED = "interrupted"
Refusals = Mapping[tuple[Kind, str], DeployerError]
"""Who is out of it from the beginning, by kind and name."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """How a community, or a cluster, fared."""

    name: str
    kind: Kind
    state: State
    why: str = ""
    """Of one that was blocked or not begun."""
    error: DeployerError | None = None
    """Of one that failed, was refused or interrupted."""
    rollout: Rollout | None = None
    """Of one that is up."""
    waits: str = ""
    """Why its prod was left alone although something must be done to it."""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A community that is deployed and has no file any more; nothing is done to it."""

    name: str
    command: str
    """What takes it down."""


@dataclass(frozen=True, kw_only=True)
class FleetResult:
    """Everybody, in the order in which they ended."""

    members: Sequence[Member]
    gone: Sequence[Gone]
    stopped: str
    """Why no more were begun; empty when everybody had a turn."""
    trouble: DeployerError | None
    """What is wrong with the run itself: its journal could not be kept."""
    resume: str
    """The command that goes on with what remains; empty when nothing does."""
    seconds: float

    def of(self, *states: State) -> list[Member]:
        """Those that came to one of these ends."""
        return [member for member in self.members if member.state in states]

    @property
    def exit_code(self) -> int:
        """The gravest of all errors: engine before gate before input; 130 after Ctrl-C."""
        if self.of("interrupted") or self.stopped == INTERRUPTED:
            return Interrupted.exit_code
        errors = [self.trouble, *(member.error for member in self.members)]
        return max((error.exit_code for error in errors if error), default=0)
