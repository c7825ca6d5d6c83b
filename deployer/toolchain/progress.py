"""What an installation tells while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """What is being done to a tool."""

    WAITING = "waiting for another installer"
    DOWNLOADING = "downloading"
    UNPACKING = "unpacking"
    BUILDING = "building"
    INSTALLING = "installing"
    REFUSED = "one way did not work"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One step of one tool's installation."""

    tool: str
    phase: Phase
    detail: str = ""
    """For people: where from, which package, or why a way did not work."""
    done_bytes: int = 0
    total_bytes: int | None = None
    """None when it is not known, or when the phase is not counted in bytes."""
    elapsed_seconds: float = 0.0
    """Since this tool's installation began."""


def quiet(progress: Progress) -> None:
    """Tells nobody."""
