"""Limits: as this machine can hold them, and honest where it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from providers.local.runtime import launch, limits

MIB = 1 << 20
HOG = "held = []\nwhile True: held.append(bytearray(8 << 20))"


def test_detection_says_how_and_why() -> None:
    kind, reason = limits.detect()
    assert kind in ("cgroup2", "cgroup1", "advisory")
    assert len(reason.split()) > 3
    assert limits.enforcement() == (kind != "advisory", reason)


@pytest.fixture
def group() -> limits.Group:
    made = limits.make("unit-test", limits.Limits(memory_bytes=100 * MIB, cpu=0.5, cpu_guarantee=0.25))
    if made is None:
        pytest.skip(f"limits are advisory here: {limits.detect()[1]}")
    return made


def inside(group: limits.Group, *command: str) -> subprocess.Popen[bytes]:
    plan = {"enter": group.doors(), "views": [], "closed": [], "folder": "/", "command": list(command)}
    return subprocess.Popen(launch.launcher(json.dumps(plan)))


def test_who_takes_more_memory_than_the_limit_is_killed_and_counted(group: limits.Group) -> None:
    assert group.killed_for_memory() == 0
    assert inside(group, sys.executable, "-c", HOG).wait(30) == -9
    assert group.killed_for_memory() == 1
    group.end()


def test_the_cpu_quota_stands_in_the_kernel(group: limits.Group) -> None:
    folder = Path(group.folders["cpu"])
    if group.kind == "cgroup1":
        assert (folder / "cpu.cfs_quota_us").read_text().strip() == "50000"
        assert (folder / "cpu.shares").read_text().strip() == "1024"
    else:
        assert (folder / "cpu.max").read_text().strip() == "50000 100000"
    group.end()


def test_ending_a_group_ends_all_in_it_and_leaves_nothing(group: limits.Group) -> None:
    sleepers = [inside(group, "/bin/sleep", "60") for _ in range(3)]
    while len(group.pids()) < 3:
        assert all(sleeper.poll() is None for sleeper in sleepers)
    group.end()
    assert [sleeper.wait(5) for sleeper in sleepers] == [-9, -9, -9]
    assert not any(Path(folder).exists() for folder in group.folders.values())
    group.end()
