"""A state in one file: every stack, its history, the deployer's records; with the digest of each."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from deployer.errors import BadInput

MANIFEST = "manifest.json"
FORMAT = 1


class Manifest(BaseModel):
    """What an archive says of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = FORMAT
    made_at: datetime
    state_id: str
    """Of the state's identity; empty where it had none."""
    place: str
    project: str
    stacks: tuple[str, ...]
    with_passphrase: bool
    digests: dict[str, str]
    """SHA-256 of each file, by its path."""


def packed(manifest: Manifest, files: Mapping[str, bytes]) -> bytes:
    """A tar.gz; of the same content the same bytes."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as archive,
    ):
        for path, content in ((MANIFEST, manifest.model_dump_json(indent=2).encode()), *sorted(files.items())):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def unpacked(content: bytes, name: str) -> tuple[Manifest, dict[str, bytes]]:
    """What an archive holds; raises BadInput for one that is cut off, was changed, or is none of ours."""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for entry in archive:
                stream = archive.extractfile(entry)
                if stream is not None:
                    files[entry.name] = stream.read()
        manifest = Manifest.model_validate(json.loads(files.pop(MANIFEST)))
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError, ValidationError):
        raise _unusable(name, "it is cut off, or no backup of a state") from None
    if manifest.format > FORMAT:
        raise _unusable(name, f"a newer deployer wrote it (format {manifest.format}, this one reads up to {FORMAT})")
    changed = sorted(
        path for path in {*files, *manifest.digests} if digest(files.get(path)) != manifest.digests.get(path)
    )
    if changed:
        raise _unusable(name, f"{changed[0]} is not what its manifest says, and {len(changed) - 1} more")
    return manifest, files


def digest(content: bytes | None) -> str | None:
    """SHA-256; None of what is not there."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def _unusable(name: str, why: str) -> BadInput:
    return BadInput([], fault=f"{name} cannot be used: {why}", remedy="take another backup")
