"""Locks between processes: the system drops them when their holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.2


class Taken(Exception):  # noqa: N818 - no error: somebody is at work
    """Somebody else holds the lock."""


@contextmanager
def locked(path: Path, while_waiting: Callable[[], None] | None = None) -> Iterator[int]:
    """Hold the lock file; yields its descriptor, which a child can inherit to hold the lock on after us.

    Waits, calling `while_waiting` every time it looks; without one raises Taken instead.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        while not _take(descriptor):
            if while_waiting is None:
                raise Taken(path)
            while_waiting()
            time.sleep(POLL_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
