"""Records beside the state: what was last brought up where, from which inputs, and how healthy it was.

Cheap to read, without the engine. Nothing secret stands in them. docs/state.md describes the files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deployer.errors import DeployerError
from deployer.rollout.engine.files import Files

if TYPE_CHECKING:
    from deployer.rollout.health.result import HealthResult

FORMAT = 3
FOLDER = ".hubs"
FACTS_OF_DATA = ("site", "homes")
"""Of a cluster's: where it is, and how large."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckedStep(_Kept):
    """A step of a health check."""

    name: str
    seconds: float
    passed: bool


class Health(_Kept):
    """A health check that was made."""

    passed: bool
    at: datetime
    seconds: float
    steps: tuple[CheckedStep, ...] = ()

    @classmethod
    def of(cls, result: HealthResult) -> Health:
        """What to keep of a check's result."""
        return cls(
            passed=result.healthy,
            at=now(),
            seconds=round(result.seconds, 3),
            steps=tuple(
                CheckedStep(name=step.name, seconds=round(step.seconds, 3), passed=step.passed) for step in result.steps
            ),
        )


class Back(_Kept):
    """Which rollout's inputs a stack went back from, and to which."""

    from_number: int
    to_number: int

    def __str__(self) -> str:
        origin = f"from {self.from_number} " if self.from_number else ""  # of a stack that was destroyed, nothing
        return f"rolled back {origin}to {self.to_number}"


class Record(_Kept):
    """What is known of one stack."""

    format: int = FORMAT
    cluster_stack: str
    """The stack that it stands on; its own name for a cluster."""
    provider: str
    inputs: str | None = None
    """Digest of the inputs it was brought up from; None while, and after, that did not end well."""
    asked: str | None = None
    """Digest of what was asked of it, whichever code made it; None as with `inputs`, and of older records."""
    asked_rollout: str | None = None
    """The same of the whole rollout that it was brought up in."""
    rendered: str | None = None
    """Digest of what its program registers; None where that could not be told without the engine."""
    rollout: str | None = None
    """Digest of the whole rollout that ended well for it, its health check included: what prod's gate asks for."""
    url: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)
    """Of hubs: `HubOutputs.facts`."""
    settings: dict[str, Any] | None = None
    """What it was brought up as when that last ended well: the resolved deployment or cluster, to compare the next
    with. None for a stack that has never been, or whose record an older deployer wrote."""
    health: Health | None = None
    healthy_since: datetime | None = None
    """First of the unbroken row of checks that passed."""
    deployed_at: datetime | None = None
    deployer_version: str = ""
    kept: tuple[str, ...] = ()
    """Of a stack that was destroyed: what holds people's data and is still there."""
    back: Back | None = None
    """Where it was last brought up from earlier inputs than its file's."""

    def unfinished(self) -> Record:
        """As it stands while work on the stack is under way: nothing is promised."""
        names = ("inputs", "asked", "asked_rollout", "rendered", "rollout", "health", "healthy_since")
        promises: dict[str, None] = dict.fromkeys(names)
        return self.model_copy(update={**promises, "kept": ()})

    def unchecked(self, rollout: str) -> Record:
        """Brought up as part of a rollout, where nothing is there that a check could use."""
        return self.model_copy(update={"rollout": rollout})

    def adopted(self, inputs: str, rollout: str, asked_rollout: str) -> Record:
        """As it is known to be what other code makes of what is asked: with that code's digests."""
        passed = self.rollout is not None and self.asked_rollout == asked_rollout
        return self.model_copy(update={"inputs": inputs, "rollout": rollout if passed else self.rollout})

    def destroyed(self, kept: Sequence[str]) -> Record:
        """As a destroy leaves it that kept data: of its facts, only those of the data's place are still true."""
        facts = {name: self.facts[name] for name in FACTS_OF_DATA if name in self.facts}
        return Record(cluster_stack=self.cluster_stack, provider=self.provider, facts=facts, kept=tuple(kept))

    def checked(self, health: Health, rollout: str | None) -> Record:
        """With a health check's result; `rollout` as the check is part of one."""
        since = (self.healthy_since or health.at) if health.passed else None
        return self.model_copy(update={"health": health, "healthy_since": since, "rollout": rollout})


class Ledger:
    """The records of all stacks of one state."""

    def __init__(self, files: Files) -> None:
        self.files = files

    def read(self, stack: str) -> Record | None:
        """A stack's record, None when there is none.

        Raises DeployerError when a newer deployer wrote it or it cannot be read.
        """
        content = self.files.read(_path(stack))
        return None if content is None else _parsed(content, stack)

    def write(self, stack: str, record: Record) -> None:
        """Keep a record in place of the one before."""
        self.files.write(_path(stack), record.model_dump_json(indent=2).encode())

    def forget(self, stack: str) -> None:
        """Remove a record."""
        self.files.delete(_path(stack))

    def stacks(self) -> list[str]:
        """Names of all stacks that have records."""
        paths = self.files.list_here(FOLDER)
        names = (path.removeprefix(f"{FOLDER}/") for path in paths)
        return sorted(name.removesuffix(".json") for name in names if name.endswith(".json") and "/" not in name)


def now() -> datetime:
    """Now, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _path(stack: str) -> str:
    return f"{FOLDER}/{stack}.json"


def _parsed(content: bytes, stack: str) -> Record:
    try:
        document = json.loads(content)
        written = int(document["format"])
    except (ValueError, TypeError, KeyError):
        raise _unreadable(stack) from None
    if written > FORMAT:
        raise DeployerError(
            f"the record of {stack} was written by a newer version of the deployer "
            f"({document.get('deployer_version') or 'unknown'}, format {written}; this one reads up to {FORMAT})",
            left="nothing was changed",
            remedy="update this checkout to the version that wrote it, then run again",
        )
    try:
        return Record.model_validate(document)
    except ValidationError:
        raise _unreadable(stack) from None


def _unreadable(stack: str) -> DeployerError:
    return DeployerError(
        f"the record of {stack} cannot be read: it is not what the deployer writes",
        left="nothing was changed",
        remedy=f"delete {_path(stack)} beside the state; the next deploy writes it anew",
    )
