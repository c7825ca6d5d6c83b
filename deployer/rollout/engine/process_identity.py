"""Tells whether a process is the very one that wrote something down, whatever happened to the clock since."""

from __future__ import annotations

from pathlib import Path

import psutil

BOOT = Path("/proc/sys/kernel/random/boot_id")
STARTED_FIELD = 20
"""Of /proc/PID/stat, counted from after the program's name: proc(5) calls it (22) starttime."""


def identity(pid: int) -> str | None:
    """What no other process has, on this machine or after its next boot; None when there is no such process.

    On Linux, the boot and the ticks since then: the wall clock, which somebody may set, has no part in it.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        stat = Path(f"/proc/{pid}/stat")
        if BOOT.exists() and stat.exists():
            ticks = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[STARTED_FIELD - 1]
            return f"{BOOT.read_text(encoding='utf-8').strip()}:{ticks}"
        return f"{process.create_time():.3f}"
    except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
        return None
