"""What is affected: stacks with their reasons, and communities that are gone, renamed, moved or new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from deployer.affected.moving import Stand
from deployer.errors import Problem

ReasonKind = Literal[
    "own file",
    "shared cluster",
    "image",
    "archetype",
    "schema default",
    "component code",
    "provider code",
    "chart lock",
    "version",
    "project",
    "new",
    "renamed",
    "moved",
    "unknown",
]
StackKind = Literal["cluster", "staging", "prod"]


@dataclass(frozen=True, order=True)
class Reason:
    """Why a stack changes."""

    kind: ReasonKind
    text: str
    """What it is in particular: a file and its setting, a name, a version."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


@dataclass(frozen=True, order=True)
class ResourceDifference:
    """A resource that is registered otherwise; without values, of which some are secret."""

    type: str
    name: str
    change: Literal["create", "update", "delete"]
    properties: tuple[str, ...] = ()
    """Of an update: inputs that differ, and options in brackets."""


@dataclass(frozen=True, kw_only=True)
class AffectedStack:
    """A stack that a deploy would change."""

    stack: str
    kind: StackKind
    name: str
    """Of the community, or of the cluster."""
    reasons: Sequence[Reason]
    resources: Sequence[ResourceDifference] = ()
    """Where both sides were rendered."""


@dataclass(frozen=True)
class Gone:
    """A community or cluster without a file: nothing takes its stacks down by itself."""

    name: str
    stacks: tuple[str, ...]


@dataclass(frozen=True)
class Renamed:
    """A community under another name: its stacks are made anew, and the old ones stay, with people's data."""

    before: str
    name: str
    stacks: tuple[str, ...]
    """Those of the old name."""


@dataclass(frozen=True)
class Moved:
    """A community that stands elsewhere now: people's data stays behind."""

    name: str
    before: Stand
    after: Stand


@dataclass(frozen=True, kw_only=True)
class Affected:
    """All that differs since a commit."""

    since: str
    """As it was asked for."""
    base: str
    """The commit that was compared with."""
    everything: str = ""
    """Why all stacks count as affected, where they were not compared."""
    rendered: bool = False
    """Whether code that makes resources changed, and both sides' registrations were compared."""
    stacks: Sequence[AffectedStack] = ()
    gone: Sequence[Gone] = ()
    renamed: Sequence[Renamed] = ()
    moved: Sequence[Moved] = ()
    problems: Sequence[Problem] = ()
    """What is wrong in files that changed."""

    @property
    def communities(self) -> tuple[str, ...]:
        """Names of those with a stack of their own that changes."""
        return tuple(dict.fromkeys(each.name for each in self.stacks if each.kind != "cluster"))

    @property
    def clusters(self) -> tuple[str, ...]:
        """Names of clusters that change."""
        return tuple(each.name for each in self.stacks if each.kind == "cluster")
