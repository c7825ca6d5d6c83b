"""One run at a time on a community, and on a cluster: whoever comes second is told who is at it.

The engine locks a stack while it works on it; a rollout is more than that: staging, its check and prod belong together.
Communities that share a cluster take turns with it.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from deployer.errors import EngineFailed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import certainly_dead, locked
from deployer.rollout.engine.lock import Lock
from deployer.rollout.progress import Listener, Note
from deployer.rollout.target import Target

FOLDER = ".hubs/claims"
TURN_SECONDS = 0.5
"""Between two looks whether the cluster is free: rollouts of one take minutes."""


@contextmanager
def claimed(backend: Backend, target: Target, listen: Listener, *, in_turn: bool = False) -> Iterator[None]:
    """Hold a community or a cluster while something is done to it; what a killed run left is cleared.

    Raises EngineFailed when another run holds it; with `in_turn` waits until it does not.
    """
    path = _path(target)
    mine = _words().encode()
    told = False
    while not backend.files.create(path, mine):
        held = claim(backend, target)
        if held is None:
            continue  # it was given back just now
        if certainly_dead(backend, held):
            backend.clear(held)
            listen(Note(text=f"{target.name}: an earlier run was killed ({held}); going on from there"))
        elif not in_turn:
            raise locked(held, f"deployer unlock {target}")
        else:
            if not told:
                listen(Note(text=_waiting(target, held)))
            told = True
            time.sleep(TURN_SECONDS)
    try:
        yield
    finally:
        backend.files.delete(path)


def claim(backend: Backend, target: Target) -> Lock | None:
    """Who holds a community or a cluster; None when nobody does."""
    path = _path(target)
    content = backend.files.read(path)
    if content is None:
        return None
    try:
        said = json.loads(content)
        return Lock(
            stack=target.name,
            path=path,
            pid=int(said["pid"]),
            username=str(said["username"]),
            hostname=str(said["hostname"]),
            since=datetime.fromisoformat(said["since"]),
        )
    except (ValueError, KeyError, TypeError):
        raise EngineFailed(
            f"what says who is at work on {target.name} cannot be read: {path} beside the state",
            left="nothing was changed",
            remedy="delete that file when nobody is, then run again",
        ) from None


def _path(target: Target) -> str:
    return f"{FOLDER}/clusters/{target.name}.json" if target.alone else f"{FOLDER}/{target.name}.json"


def _waiting(target: Target, held: Lock) -> str:
    gone = "" if held.alive_here else f"; if that run is gone: deployer unlock {target}"
    return f"waiting for the cluster {target.name}: another run is at work on it ({held}){gone}"


def _words() -> str:
    return json.dumps(
        {
            "pid": os.getpid(),
            "username": getpass.getuser(),
            "hostname": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(),
        }
    )
