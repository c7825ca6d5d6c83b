"""Processes are known by more than an id, and end with all they started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from providers.local.runtime import processes

PARENT_WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
time.sleep(60)
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen([sys.executable, "-c", PARENT_WITH_CHILD], stdout=subprocess.PIPE, text=True)
    yield started
    started.kill()
    started.wait()


def test_a_later_process_with_the_same_id_is_another(parent: subprocess.Popen[str]) -> None:
    process = processes.identify(parent.pid)
    assert process is not None
    assert process.alive()
    assert not replace(process, started="1@00000000").alive()


def test_a_process_that_ended_is_not_alive_even_before_anyone_noticed() -> None:
    started = subprocess.Popen(["sleep", "60"])
    process = processes.identify(started.pid)
    assert process is not None
    started.kill()
    # Nobody has waited for it: it is a zombie.
    assert processes.wait_until_dead(process, 5)
    started.wait()
    assert processes.identify(started.pid) is None


def test_ending_takes_the_children_along(parent: subprocess.Popen[str]) -> None:
    assert parent.stdout is not None
    child = processes.identify(int(parent.stdout.readline()))
    process = processes.identify(parent.pid)
    assert child is not None
    assert process is not None
    processes.end(process, grace_seconds=5)
    assert processes.wait_until_dead(child, 5)
    assert processes.wait_until_dead(process, 5)


def test_who_does_not_listen_is_killed() -> None:
    started = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    started.stdout.readline()
    process = processes.identify(started.pid)
    assert process is not None
    processes.end(process, grace_seconds=0.2)
    assert started.wait(5) == -9
