"""Runs a program that takes a while: its lines heard as they come, its whole family stopped when somebody wants out."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deployer.toolchain.job import Job
from deployer.toolchain.tool import Unavailable

TICK_SECONDS = 0.1
GRACE_SECONDS = 5.0
LINES_KEPT = 30


def run(
    command: Sequence[str | Path],
    *,
    name: str,
    job: Job,
    folder: Path,
    environment: Mapping[str, str],
    heard: Callable[[str], None] | None = None,
    tick: Callable[[], None] | None = None,
) -> list[str]:
    """Run a program to its end and return the last lines it wrote.

    `name` is what people call it; `heard` gets each line as it comes (on a thread of its own), `tick` is called about
    ten times a second. Raises Unavailable, with the last lines that tell something, when it cannot start or ends with
    an error.
    """
    lines: deque[str] = deque(maxlen=LINES_KEPT)
    try:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # a group of its own: Ctrl-C reaches us alone, and we stop all of it
        )
    except OSError as error:
        raise Unavailable(f"{name} does not start: {error.strerror}") from error

    def listen() -> None:
        for line in child.stdout or ():
            lines.append(line.rstrip())
            if heard:
                heard(line.rstrip())

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        _wait(child, job, tick)
    finally:
        _stop(child)
        listener.join(timeout=GRACE_SECONDS)
    if child.returncode != 0:
        raise Unavailable(f"{name} failed (exit code {child.returncode}): {_told(lines)}")
    return list(lines)


def _wait(child: subprocess.Popen[str], job: Job, tick: Callable[[], None] | None) -> None:
    while True:
        try:
            child.wait(TICK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            job.go_on()
            if tick:
                tick()


def _stop(child: subprocess.Popen[str]) -> None:
    """Ask the whole group to end, then make it; nothing to do when it ended by itself."""
    if child.poll() is not None:
        return
    for order in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, order)
            child.wait(GRACE_SECONDS)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _told(lines: Sequence[str]) -> str:
    """The end of what it wrote; names of packages as they are compiled say nothing about a fault."""
    telling = [line.strip() for line in lines if " " in line.strip()]
    return " / ".join(telling[-3:])[-600:] or "it said nothing"
