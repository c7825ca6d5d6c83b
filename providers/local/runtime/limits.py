"""CPU and memory limits of servers, by Linux control groups where this user may make them."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from . import cgroup_folders

Kind = Literal["cgroup2", "cgroup1", "advisory"]
CONTROLLERS = ("memory", "cpu")
CPU_PERIOD_MICROSECONDS = 100_000
NO_LIMIT = -1
WEIGHT_PER_CORE = 4
"""What a guarantee weighs when cores are short, in ordinary processes: a quarter of a core weighs as much as one.

Servers compete with all that runs on the machine; with Kubernetes' weight of 1 a small one would starve.
"""


@dataclass(frozen=True)
class Limits:
    """What one server is promised and may take; 0 is no limit."""

    memory_bytes: int
    cpu: float
    cpu_guarantee: float


@dataclass(frozen=True)
class Group:
    """The control group of one server; on version 1 a folder for each controller."""

    kind: Kind
    folders: Mapping[str, str]

    def doors(self) -> list[str]:
        """Files that a process writes its id into to enter."""
        return [str(folder / "cgroup.procs") for folder in self._paths()]

    def pids(self) -> set[int]:
        """Everything that runs in it."""
        found: set[int] = set()
        for folder in self._paths():
            with contextlib.suppress(OSError):
                found.update(int(pid) for pid in (folder / "cgroup.procs").read_text().split())
        return found

    def killed_for_memory(self) -> int:
        """How many of its processes the kernel killed because memory was used up."""
        file = "memory.events" if self.kind == "cgroup2" else "memory.oom_control"
        with contextlib.suppress(OSError, ValueError):
            for line in (Path(self.folders["memory"]) / file).read_text().splitlines():
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
        return 0

    def end(self, *, wait_seconds: float = 5) -> None:
        """Kill all that runs in it and remove it. Safe to repeat."""
        deadline = time.monotonic() + wait_seconds
        while (pids := self.pids()) and time.monotonic() < deadline:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        while self._remove_folders() and time.monotonic() < deadline:
            time.sleep(0.02)

    def _remove_folders(self) -> bool:
        """True when something is left: the kernel keeps a group a moment longer than its last process."""
        for folder in self._paths():
            with contextlib.suppress(OSError):
                folder.rmdir()
        return any(folder.is_dir() for folder in self._paths())

    def _paths(self) -> list[Path]:
        return [Path(folder) for folder in dict.fromkeys(self.folders.values())]


def detect() -> tuple[Kind, str]:
    """How limits hold on this machine, and why; found out by trying."""
    kind, reason, _ = _detected()
    return kind, reason


def enforcement() -> tuple[bool, str]:
    """Whether limits are enforced on this machine, and why."""
    kind, reason = detect()
    return kind != "advisory", reason


def make(name: str, limits: Limits) -> Group | None:
    """A fresh group of that name with these limits; None where limits are advisory."""
    kind, _, parents = _detected()
    if kind == "advisory":
        return None
    return _make(kind, parents, name, limits)


def _make(kind: Kind, parents: Mapping[str, Path], name: str, limits: Limits) -> Group:
    group = Group(kind, {controller: str(parent / f"hubs-{name}") for controller, parent in parents.items()})
    group.end()
    for folder in dict.fromkeys(group.folders.values()):
        Path(folder).mkdir(exist_ok=True)
    for controller, file, value, required in _writes(kind, limits):
        path = Path(group.folders[controller]) / file
        try:
            path.write_text(value)
        except OSError:
            if required:
                group.end()
                raise
    return group


def _writes(kind: Kind, limits: Limits) -> Iterator[tuple[str, str, str, bool]]:
    """Controller, file, value, and whether it must succeed; swap is not there on every kernel."""
    memory = limits.memory_bytes or NO_LIMIT
    quota = int(limits.cpu * CPU_PERIOD_MICROSECONDS) if limits.cpu else NO_LIMIT
    weight = limits.cpu_guarantee * WEIGHT_PER_CORE
    if kind == "cgroup1":
        yield "memory", "memory.limit_in_bytes", str(memory), True
        yield "memory", "memory.memsw.limit_in_bytes", str(memory), False
        yield "cpu", "cpu.cfs_period_us", str(CPU_PERIOD_MICROSECONDS), True
        yield "cpu", "cpu.cfs_quota_us", str(quota), True
        yield "cpu", "cpu.shares", str(_within(2, 1024 * weight, 262_144)), True
    else:
        yield "memory", "memory.max", "max" if memory == NO_LIMIT else str(memory), True
        yield "memory", "memory.swap.max", "max" if memory == NO_LIMIT else "0", False
        yield "cpu", "cpu.max", f"{'max' if quota == NO_LIMIT else quota} {CPU_PERIOD_MICROSECONDS}", True
        yield "cpu", "cpu.weight", str(_within(1, 100 * weight, 10_000)), True


def _within(least: int, value: float, most: int) -> int:
    return max(least, min(most, int(value)))


@functools.cache
def _detected() -> tuple[Kind, str, Mapping[str, Path]]:
    if sys.platform != "linux":
        return "advisory", "control groups are Linux's; this machine has none", {}
    version_2, version_1 = cgroup_folders.mounts(CONTROLLERS)
    fault = "this user may not make control groups for memory and cpu"
    candidates: tuple[tuple[Kind, Iterator[dict[str, Path]]], ...] = (
        ("cgroup2", cgroup_folders.parents_2(version_2, CONTROLLERS)),
        ("cgroup1", cgroup_folders.parents_1(version_1, CONTROLLERS)),
    )
    for kind, parents in ((kind, parents) for kind, found in candidates for parents in found):
        fault = _try(kind, parents)
        if not fault:
            where = " and ".join(str(path) for path in dict.fromkeys(parents.values()))
            return kind, f"memory and cpu are limited by control groups below {where}", parents
    return "advisory", fault, {}


def _try(kind: Kind, parents: Mapping[str, Path]) -> str:
    """Empty when a process can really be put into a limited group there, else what was in the way."""
    limits = Limits(memory_bytes=1 << 30, cpu=1, cpu_guarantee=0.5)
    try:
        group = _make(kind, parents, f"trial-{os.getpid()}", limits)
    except OSError as fault:
        return f"control groups cannot be made: {fault.strerror} ({fault.filename})"
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        for door in group.doors():
            Path(door).write_text(str(sleeper.pid))
        return ""
    except OSError as fault:
        return f"processes cannot be moved into control groups: {fault.strerror} ({fault.filename})"
    finally:
        sleeper.kill()
        sleeper.wait()
        group.end()
