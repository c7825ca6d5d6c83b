"""Deletes what nobody changed for long."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path


def sweep(folder: Path, unchanged_seconds: float, *, now: float | None = None) -> int:
    """Delete files below each person's folder that nobody changed for so long; how many there were.

    Follows no links and leaves the people's own folders. A file counts as changed when it was written, and also when it
    came: what was unpacked from an archive today may bear a date of last year.
    """
    oldest = (time.time() if now is None else now) - unchanged_seconds
    deleted = 0
    for place, folders, files in os.walk(folder, topdown=False, followlinks=False):
        if Path(place) == folder:
            continue
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in files + links:
            deleted += _delete_file(Path(place) / name, oldest)
        if Path(place).parent != folder:
            _delete_empty_folder(Path(place), oldest)
    return deleted


def _delete_file(path: Path, oldest: float) -> bool:
    with contextlib.suppress(OSError):
        if _unchanged(path, oldest):
            path.unlink()
            return True
    return False


def _delete_empty_folder(path: Path, oldest: float) -> None:
    with contextlib.suppress(OSError):
        if _unchanged(path, oldest):
            path.rmdir()


def _unchanged(path: Path, oldest: float) -> bool:
    status = path.lstat()
    return max(status.st_mtime, status.st_ctime) < oldest
