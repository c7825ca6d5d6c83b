"""What a rollout did, when it ended well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """Where a stage is, and what was done to it."""

    stage: str
    url: str
    changed: bool
    health_seconds: float | None
    """Of the check made now; None when an earlier one still holds, or nothing is there to check."""
    note: str = ""
    """What was left out."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """A rollout that ended well."""

    name: str
    """Of the community, or of the cluster alone."""
    cluster: str
    simulated: bool
    done: Mapping[str, str]
    """What happened to each part that was worked on, in a few words."""
    stages: Sequence[StageResult]
    """None of a cluster alone."""
    auth_type: str
    """How people sign in; empty for a cluster alone."""
    seconds: float
    engine_seconds: float
    """Of those, how long the engine ran; what health checks took stands with the stages."""
    waits: str = ""
    """Why prod was left alone although something must be done to it, and what brings it on its way."""

    @property
    def changed(self) -> bool:
        return bool(self.done)
