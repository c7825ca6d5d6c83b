"""One run at a time on a community: whoever comes second is told who is at it.

The engine locks a stack while it works on it; a rollout is more than that: staging, its check and prod belong together.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from deployer.errors import EngineFailed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import certainly_dead, locked
from deployer.rollout.engine.lock import Lock
from deployer.rollout.progress import Listener, Note

FOLDER = ".hubs/claims"


@contextmanager
def claimed(backend: Backend, community: str, listen: Listener) -> Iterator[None]:
    """Hold a community while something is done to it; what a killed run left is cleared.

    Raises EngineFailed when another run holds it.
    """
    path = _path(community)
    mine = _words().encode()
    while not backend.files.create(path, mine):
        held = claim(backend, community)
        if held is None:
            continue  # it was given back just now
        if not certainly_dead(backend, held):
            raise locked(held, f"deployer unlock {community}")
        backend.clear(held)
        listen(Note(text=f"{community}: an earlier run was killed ({held}); going on from there"))
    try:
        yield
    finally:
        backend.files.delete(path)


def claim(backend: Backend, community: str) -> Lock | None:
    """Who holds a community; None when nobody does."""
    path = _path(community)
    content = backend.files.read(path)
    if content is None:
        return None
    try:
        said = json.loads(content)
        return Lock(
            stack=community,
            path=path,
            pid=int(said["pid"]),
            username=str(said["username"]),
            hostname=str(said["hostname"]),
            since=datetime.fromisoformat(said["since"]),
        )
    except (ValueError, KeyError, TypeError):
        raise EngineFailed(
            f"what says who is at work on {community} cannot be read: {path} beside the state",
            left="nothing was changed",
            remedy="delete that file when nobody is, then run again",
        ) from None


def _path(community: str) -> str:
    return f"{FOLDER}/{community}.json"


def _words() -> str:
    return json.dumps(
        {
            "pid": os.getpid(),
            "username": getpass.getuser(),
            "hostname": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(),
        }
    )
