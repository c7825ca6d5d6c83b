"""Files and folders of this cloud: written whole or not at all, never through a link."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

from providers.engine.values import Fault


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace a file at once: a reader, or a run that was killed, sees the old content or the new."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any, mode: int = 0o644) -> None:
    write_whole(path, (json.dumps(value, indent=2, sort_keys=True) + "\n").encode(), mode)


def read_json(path: Path) -> Any:
    """The file's value; None when it is missing or was left broken."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def make_folders(folder: Path, *, below: Path, mode: int = 0o755) -> None:
    """Make a folder and those above it up to `below`, which exists; a link on the way is refused."""
    for step in reversed([folder, *folder.parents][: len(folder.relative_to(below).parts)]):
        try:
            step.mkdir(mode=mode)
        except FileExistsError:
            refuse_link(step)


def refuse_link(path: Path) -> None:
    """Raise unless the path is a directory of its own."""
    kind = path.lstat().st_mode
    if stat.S_ISLNK(kind):
        raise Fault(f"{path} is a symbolic link, which is not followed", "put a directory in its place")
    if not stat.S_ISDIR(kind):
        raise Fault(f"{path} is not a directory", "move it away")


def remove_if_empty(path: Path) -> bool:
    """Whether the folder is gone now."""
    try:
        path.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
