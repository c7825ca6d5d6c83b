"""What a health check found: its steps with their times, and what went wrong where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ENTRANCE = "entrance"
"""The part at fault where nothing of the hub was reached: name, certificate, or the way in. It writes no log."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step that ended, well or not."""

    name: str
    seconds: float
    passed: bool
    detail: str = ""
    """A few words on what was found, e.g. "JupyterHub 5.5.0"; empty when the name says it all."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a hub is unhealthy."""

    step: str
    """Name of the step that failed."""
    seen: str
    """What was seen instead: a status, the first words of an answer, the spawner's message."""
    part: str
    """The part at fault, as `HubRuntime.parts` names it: "hub", "proxy" or "server:<user>"; or ENTRANCE."""
    log: Sequence[str] = ()
    """The last lines of the log of `log_part`."""
    log_part: str = ""
    """The part at fault, or the hub when that part wrote nothing."""


@dataclass(frozen=True, kw_only=True)
class HealthResult:
    """A finished check."""

    url: str
    steps: tuple[Step, ...]
    seconds: float
    """From the first request to the end of the cleaning up."""
    fault: Fault | None = None
    left: str = ""
    """What the check could not take away again; empty when it left nothing."""

    @property
    def healthy(self) -> bool:
        return self.fault is None
