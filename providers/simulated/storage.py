"""Files of stand-ins: written whole or not at all, one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def cache_folder() -> Path:
    """Where this machine keeps what can be made again."""
    own = os.environ.get("HUBS_CACHE_DIR")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hubs"


def write_json(path: Path, value: Any, indent: int | None = 2) -> None:
    """Replace a file at once, readable by its owner alone: a reader sees the old content or the new."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "w") as stream:
            json.dump(value, stream, indent=indent, sort_keys=True)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> Any:
    """The file's value; None when it is missing or was left broken."""
    with suppress(OSError, ValueError):
        return json.loads(path.read_bytes())
    return None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for and hold a lock between processes and threads; the system drops it when its holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
