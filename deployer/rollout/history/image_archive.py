"""A folder of the image catalogue in one file, and back."""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
from pathlib import Path

from deployer.config.image_folder import LeadsOutsideError, folder_digest, folder_files
from providers.cache_folder import cache_folder

LARGEST_BYTES = 8 * 1024 * 1024
"""Ours: folders of the catalogue are lists of packages, of some KiB. Somebody's data beside them is not kept."""


def archived(folder: Path, digest: str) -> bytes | None:
    """All files of an image; None where the folder is another one by now, cannot be read, or is too large to keep."""
    try:
        files = sorted(folder_files(folder))
        if folder_digest(folder) != digest or sum(path.lstat().st_size for path in files) > LARGEST_BYTES:
            return None
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for path in files:
                archive.add(path, arcname=path.relative_to(folder).as_posix(), recursive=False)
        return buffer.getvalue()
    except (OSError, LeadsOutsideError):
        return None


def unpacked(content: bytes, digest: str) -> Path | None:
    """The folder that was archived, in the machine's cache; None where the archive holds something else."""
    folder = cache_folder() / "image-folders" / digest
    if _is(folder, digest):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{digest[:8]}-", dir=folder.parent) as draft:
        files = Path(draft) / "files"
        try:
            with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
                archive.extractall(files, filter="data")
        except (tarfile.TarError, OSError, EOFError):
            return None
        if not _is(files, digest):
            return None
        shutil.rmtree(folder, ignore_errors=True)
        try:
            files.rename(folder)
        except OSError:
            return folder if _is(folder, digest) else None  # somebody else was as quick
    return folder


def _is(folder: Path, digest: str) -> bool:
    try:
        return folder.is_dir() and folder_digest(folder) == digest
    except (OSError, LeadsOutsideError):
        return False
