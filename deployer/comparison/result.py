"""What a change would do, against what stood before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from deployer.comparison.costs import CostDifference
from deployer.comparison.danger import Danger
from deployer.errors import BadInput, EngineFailed

if TYPE_CHECKING:
    from deployer.affected.result import Gone, Moved, Renamed
    from deployer.config.setting_changes import Changes
    from deployer.errors import Problem
    from deployer.rollout.engine.events import Change

Fate = Literal["changed", "new", "renamed", "moved"]
CHANGING = ("create", "update", "replace", "delete")


@dataclass(frozen=True, kw_only=True)
class StackPreview:
    """One stack's part."""

    part: str
    """`cluster`, `staging` or `prod`."""
    stack: str
    fresh: bool = False
    """Nothing stood there before."""
    asked: Changes | None = None
    """Settings and values; None where nothing stood before."""
    changes: Sequence[Change] = ()
    """What would be done to resources; none of those that stay as they are."""
    drifted: Sequence[Change] = ()
    """What is not as it was deployed, whatever the change: only where reality was looked at."""
    dangers: Sequence[Danger] = ()
    problems: Sequence[Problem] = ()
    """What is wrong with its files, each at its place."""
    failure: str = ""
    """Why there is no preview of its resources."""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        settings = self.asked is not None and (self.asked.settings or self.asked.values)
        return not (self.changes or settings or self.problems or self.failure or self.drifted)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A community with its stages, or a cluster by itself."""

    name: str
    title: str = ""
    cluster: bool = False
    fate: Fate = "changed"
    was: str = ""
    """How a renamed one was called, or where a moved one stood."""
    url: str = ""
    """Where prod of a new one will be."""
    reasons: Sequence[str] = ()
    """Why it is looked at, where no setting tells."""
    stacks: Sequence[StackPreview] = ()
    cost: CostDifference | None = None
    people: Sequence[str] = ()
    """Communities on a cluster."""

    @property
    def dangers(self) -> list[Danger]:
        return [danger for stack in self.stacks for danger in stack.dangers]

    @property
    def problems(self) -> list[Problem]:
        found = dict.fromkeys(problem for stack in self.stacks for problem in stack.problems)
        return sorted(found, key=lambda problem: (problem.place, problem.path))

    @property
    def failed(self) -> bool:
        return any(stack.problems or stack.failure for stack in self.stacks)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All of it: clusters first, then communities, each by name."""

    since: str
    """As it was asked for."""
    base: str
    """The commit that was compared with."""
    simulated: bool
    parts: Sequence[Part] = ()
    gone: Sequence[Gone] = ()
    renamed: Sequence[Renamed] = ()
    moved: Sequence[Moved] = ()
    problems: Sequence[Problem] = ()
    """In files that are no part's own."""
    everything: str = ""
    """Why all counts as changed, where it could not be told."""

    @property
    def exit_code(self) -> int:
        """2 where a file is wrong, 4 where something could not be previewed, else 0."""
        if self.problems or any(part.problems for part in self.parts):
            return BadInput.exit_code
        return EngineFailed.exit_code if any(part.failed for part in self.parts) else 0
