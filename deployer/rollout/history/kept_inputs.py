"""Inputs of rollouts that went well, kept by what is in them: a stack can be brought up from them again.

Beside the state in `.hubs/inputs`: `<digest>.json`, a resolved deployment or cluster without secrets;
`of/<stack>.json`, which of them a stack has, the newest last; `images/<digest>/`, image folders of the catalogue and
the stacks that need them. No more than KEEP are kept of one stack.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deployer.rollout.engine.files import Files
from deployer.rollout.history.image_archive import archived

FOLDER = ".hubs/inputs"
IMAGES = f"{FOLDER}/images"
KEEP = 20
"""Ours: half a year of a rollout each week, in less than 1 MiB with a catalogue of some images."""
Data = Mapping[str, Any]


class KeptInputs:
    """Of all stacks of one state."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def read(self, digest: str) -> dict[str, Any] | None:
        """What was kept; None when it is no longer, or cannot be read."""
        content = self._files.read(_path(digest))
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            return None
        found: dict[str, Any] = json.loads(content)
        return found

    def image(self, digest: str) -> bytes | None:
        """The archive of an image's folder, as `archived` made it; None when it is not kept."""
        return self._files.read(f"{_image(digest)}/files.tar.gz")

    def keep(self, stack: str, data: Data, images: Mapping[str, Path]) -> None:
        """Keep a stack's inputs, and the folders of its images by their digests; forget the oldest.

        What is written first is what nothing refers to yet: whoever is killed in between leaves nothing half.
        """
        content = canonical(data)
        digest = hashlib.sha256(content).hexdigest()
        before = self._of(stack)
        if before and before[-1]["inputs"] == digest:
            return
        self._files.write(_path(digest), content)
        for name, folder in images.items():
            self._keep_image(name, folder, stack)
        others = [entry for entry in before if entry["inputs"] != digest]
        now = [*others, {"inputs": digest, "images": sorted(images)}]
        self._files.write(_index(stack), json.dumps(now[-KEEP:], indent=2).encode())
        self._forget(stack, now[:-KEEP], still=now[-KEEP:])

    def _keep_image(self, digest: str, folder: Path, stack: str) -> None:
        self._files.write(f"{_image(digest)}/of/{stack}", b"")
        if self.image(digest) is None:
            archive = archived(folder, digest)
            if archive is not None:
                self._files.write(f"{_image(digest)}/files.tar.gz", archive)

    def _forget(self, stack: str, gone: Sequence[Data], *, still: Sequence[Data]) -> None:
        needed = {image for entry in still for image in entry["images"]}
        for entry in gone:
            self._files.delete(_path(entry["inputs"]))
            for image in set(entry["images"]) - needed:
                self._files.delete(f"{_image(image)}/of/{stack}")
                if not self._files.list(f"{_image(image)}/of"):
                    self._files.delete(f"{_image(image)}/files.tar.gz")

    def _of(self, stack: str) -> list[dict[str, Any]]:
        content = self._files.read(_index(stack))
        return [] if content is None else list(json.loads(content))


def digest_of(data: Data) -> str:
    """By which inputs are kept."""
    return hashlib.sha256(canonical(data)).hexdigest()


def canonical(data: Data) -> bytes:
    """The same bytes for the same data."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _path(digest: str) -> str:
    return f"{FOLDER}/{digest}.json"


def _index(stack: str) -> str:
    return f"{FOLDER}/of/{stack}.json"


def _image(digest: str) -> str:
    return f"{IMAGES}/{digest}"
