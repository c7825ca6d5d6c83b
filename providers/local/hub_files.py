"""The files that make a hub what it is, as they ought to be and as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers.local.files import read_json, write_json, write_whole

MARK = "hub.json"
PRIVATE = frozenset({"secrets.json", "supervisord.conf"})
RUNTIME = Path(__file__).parent / "runtime"


@dataclass(frozen=True)
class HubFiles:
    """File contents by their path in the hub's folder."""

    contents: Mapping[str, bytes]

    @property
    def digests(self) -> dict[str, str]:
        return {name: _digest(content) for name, content in sorted(self.contents.items())}

    @property
    def digest(self) -> str:
        """Of all of them together."""
        return digest_of(self.digests)

    def unlike(self, folder: Path) -> list[str]:
        """Names of files that are missing or other in the folder, and of runtime files too many there."""
        other = [name for name, content in self.contents.items() if _read(folder / name) != content]
        return other + sorted(runtime_names(folder) - self.contents.keys())

    def write(self, folder: Path, mark: Mapping[str, Any]) -> None:
        """Make the folder hold exactly these, and say so in its mark."""
        for name in self.unlike(folder):
            if name not in self.contents:
                (folder / name).unlink()
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / name, self.contents[name], 0o600 if name in PRIVATE else 0o644)
        write_json(folder / MARK, {**mark, "files": self.digests})


def edited(folder: Path) -> Iterator[str]:
    """How the folder's files differ from what was written there last, in words."""
    files = (read_json(folder / MARK) or {}).get("files", {})
    for name, digest in sorted(files.items()):
        content = _read(folder / name)
        if content is None:
            yield f"{name} is missing"
        elif _digest(content) != digest:
            yield f"{name} was edited"
    for name in sorted(runtime_names(folder) - files.keys()):
        yield f"{name} was added"


def recorded_digest(folder: Path) -> str | None:
    """Digest of all files as they were written last; None when nothing was."""
    files = (read_json(folder / MARK) or {}).get("files")
    return digest_of(files) if files else None


def digest_of(digests: Mapping[str, str]) -> str:
    return _digest(json.dumps(digests, sort_keys=True).encode())


def json_bytes(value: Any) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def runtime_contents(runtime: Path) -> dict[str, bytes]:
    """What is copied into a hub's folder as `runtime/`."""
    names = sorted(_names(runtime))
    return {f"runtime/{name}": (runtime / name).read_bytes() for name in names}


def runtime_names(folder: Path) -> set[str]:
    return {f"runtime/{name}" for name in _names(folder / "runtime")}


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix()


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
