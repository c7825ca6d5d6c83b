"""Findings of a look for drift, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from deployer.errors import DeployerError

Undo = Literal["put back", "replaced", "made again", "left", "stops", "not known"]
"""What the next deploy would do about it: `left` where it is not ours to say, or nobody asks for it any more; `stops`
where Kubernetes refuses to take the field from whoever set it last."""


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Who changed something, as the cloud tells it."""

    who: str
    """Kubernetes: the field manager, e.g. kubectl-edit."""
    operation: str = ""
    """Kubernetes: Update or Apply."""
    at: str = ""
    """When, as the cloud writes times; empty where it does not say."""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.who, self.operation.lower(), self.at) if part)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One property that is not as deployed."""

    path: str
    old: Any
    """As deployed; None where it was not there. Secrets are masked."""
    new: Any
    """As found; None where it is not there any more."""
    editor: Editor | None
    """None where the cloud does not tell."""
    undo: Undo


@dataclass(frozen=True, kw_only=True)
class ResourceDrift:
    """One resource that is not as deployed."""

    urn: str
    type: str
    name: str
    gone: bool
    differences: Sequence[Difference] = ()
    undo: Undo = "not known"
    """Of one that is gone; of the others, each difference has its own."""

    @property
    def kind(self) -> str:
        return self.type.rpartition(":")[2]


@dataclass(frozen=True, kw_only=True)
class StackDrift:
    """What a look at one stack found."""

    stack: str
    name: str
    """Of the community, or of the cluster or account alone."""
    part: str
    resources: Sequence[ResourceDrift] = ()
    seen: Sequence[str] = ()
    """How the running hub differs from what was deployed, a line each."""
    error: DeployerError | None = None
    """Why nobody could look."""
    unforeseen: str = ""
    """Why nobody knows what a deploy would do about it."""

    @property
    def drifted(self) -> bool:
        return bool(self.resources or self.seen)
