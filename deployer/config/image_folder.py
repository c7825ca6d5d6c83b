"""What makes a folder of the image catalogue that image and no other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

LEFTOVERS = frozenset({"__pycache__", ".ipynb_checkpoints", ".DS_Store"})
"""What programs leave behind in folders that people look into; no part of an image."""


class LeadsOutsideError(Exception):
    """A link in the folder leads out of it: the same folder would be another image elsewhere."""

    def __init__(self, link: Path) -> None:
        super().__init__(str(link))
        self.link = link


def folder_digest(folder: Path) -> str:
    """SHA-256 over names and contents of all files, in hexadecimal.

    A link counts as where it leads. Raises LeadsOutsideError, and OSError when something cannot be read.
    """
    digest = hashlib.sha256()
    for path in sorted(folder_files(folder), key=lambda path: path.relative_to(folder).as_posix()):
        link = path.is_symlink()
        if link and not path.resolve().is_relative_to(folder.resolve()):
            raise LeadsOutsideError(path)
        content = str(path.readlink()).encode() if link else path.read_bytes()
        name = path.relative_to(folder).as_posix().encode()
        # Lengths before texts, so that no two folders read the same.
        digest.update(b"%s %d %d\n" % (b"link" if link else b"file", len(name), len(content)))
        digest.update(name + content)
    return digest.hexdigest()


def folder_files(folder: Path) -> Iterator[Path]:
    """The files that are part of the image, links among them, in no order."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in LEFTOVERS:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from folder_files(Path(entry.path))
            else:
                yield Path(entry.path)
