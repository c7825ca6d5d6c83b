"""A tiny repository that nobody ever built: the hub makes one for every name it is asked for.

By it the health check sees that building works, without another's server. It is what git reads from a plain web server:
one commit with one file, which names the repository and so makes its environment one that never was.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping
from typing import ClassVar

from tornado import web

PATH = r"/never-built/(?P<name>[0-9a-f]{8,64})(?:\.git)?/(?P<file>.+)"
BRANCH = "refs/heads/main"
SIGNED = "hub <hub@localhost> 1700000000 +0000"
"""The same always, so that the same name is the same commit."""


class NeverBuilt(web.RequestHandler):
    """Serves git's plain files. Open to all: there is nothing in it."""

    files: ClassVar[Mapping[str, str]] = {"requirements.txt": "# {name}\n", "README.md": "Never built: {name}\n"}

    def get(self, name: str, file: str) -> None:
        """One file of the repository."""
        found = repository(name, self.files).get(file)
        if found is None:
            raise web.HTTPError(404)
        self.set_header("Content-Type", "application/octet-stream")
        self.finish(found)


def repository(name: str, files: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a bare repository, by path."""
    objects: dict[str, bytes] = {}
    entries = b"".join(
        f"100644 {file}".encode() + b"\0" + bytes.fromhex(_keep(objects, "blob", text.format(name=name).encode()))
        for file, text in sorted(files.items())
    )
    tree = _keep(objects, "tree", entries)
    told = f"tree {tree}\nauthor {SIGNED}\ncommitter {SIGNED}\n\n{name}\n"
    commit = _keep(objects, "commit", told.encode())
    return {
        **{f"objects/{key[:2]}/{key[2:]}": content for key, content in objects.items()},
        "objects/info/packs": b"\n",
        "info/refs": f"{commit}\t{BRANCH}\n".encode(),
        "HEAD": f"ref: {BRANCH}\n".encode(),
    }


def is_never_built(address: str, hub_url: str) -> bool:
    """Whether an address is such a repository of this very hub."""
    return re.fullmatch(re.escape(hub_url.rstrip("/")) + r"/hub/never-built/[0-9a-f]{8,64}", address) is not None


def _keep(objects: dict[str, bytes], kind: str, content: bytes) -> str:
    """Add an object as git stores it; its name."""
    whole = f"{kind} {len(content)}".encode() + b"\0" + content
    name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    objects[name] = zlib.compress(whole)
    return name
