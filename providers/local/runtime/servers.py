"""Ending servers from outside their hub: when a hub is deleted, nobody else is left to do it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .leases import Lease, Leases
from .processes import end

GRACE_SECONDS = 10


def running(machine_folder: Path, stack: str) -> list[Lease]:
    """The stack's servers that run."""
    return Leases(machine_folder / "leases").held(stack)


def end_all(machine_folder: Path, stack: str, *, grace_seconds: float = GRACE_SECONDS) -> int:
    """End every server of a stack, all at once, and give back what they held; how many there were."""
    leases = Leases(machine_folder / "leases")
    held = leases.held(stack)
    if held:
        with ThreadPoolExecutor(max_workers=min(32, len(held))) as pool:
            list(pool.map(lambda lease: _end(leases, lease, grace_seconds), held))
    return len(held)


def _end(leases: Leases, lease: Lease, grace_seconds: float) -> None:
    end(lease.process, grace_seconds=grace_seconds)
    if lease.group:
        lease.group.end()
    leases.drop(lease.name)
