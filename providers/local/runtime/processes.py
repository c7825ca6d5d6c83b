"""Processes by an identity that outlives their parent and is never mistaken for a later one's."""

from __future__ import annotations

import contextlib
import functools
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Process:
    """A process id with the moment it started: ids are used again, the pair is not."""

    pid: int
    started: str

    def alive(self) -> bool:
        """Still running; a zombie is not."""
        return _started(self.pid) == self.started


def identify(pid: int) -> Process | None:
    """The process that has this id now, or None."""
    started = _started(pid)
    return Process(pid, started) if started else None


def end(process: Process, *, grace_seconds: float) -> None:
    """Ask the process to end, wait, then kill it and all its descendants. Blocks at most the grace and some."""
    if not process.alive():
        return
    family = descendants(process)
    with contextlib.suppress(psutil.Error):
        psutil.Process(process.pid).terminate()
    wait_until_dead(process, grace_seconds)
    kill([process, *family])


def descendants(process: Process) -> list[Process]:
    """Its children, theirs, and so on."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:
        return []
    found = [identify(child.pid) for child in children]
    return [child for child in found if child]


def kill(processes: list[Process]) -> None:
    """Kill whichever of them still run."""
    for process in processes:
        if process.alive():
            with contextlib.suppress(psutil.Error):
                psutil.Process(process.pid).kill()


def wait_until_dead(process: Process, seconds: float) -> bool:
    """True once it has ended, False when it still runs after so many seconds."""
    deadline = time.monotonic() + seconds
    while process.alive():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _started(pid: int) -> str:
    """When it started, in a form that never changes while it runs; empty when it is gone."""
    if sys.platform == "linux":
        return _started_on_linux(pid)
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else repr(process.create_time())
    except psutil.Error:
        return ""


def _started_on_linux(pid: int) -> str:
    # Ticks since boot: psutil's create_time is wall-clock time and moves when the clock is set.
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else f"{rest[18]}@{_boot_id()}"


@functools.cache
def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
