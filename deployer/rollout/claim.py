"""One run at a time on a community, and on a cluster: whoever comes second is told who is at it.

The engine locks a stack while it works on it; a rollout is more than that: staging, its check and prod belong together.
Communities that share a cluster take turns with it. Ahead of the claim comes the question whether this state may act
from here at all: a copy of it may not.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import socket
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from uuid import uuid4

from deployer.errors import DeployerError, EngineFailed, Interrupted
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import certainly_dead, locked
from deployer.rollout.engine.lock import Lock
from deployer.rollout.engine.process_identity import identity
from deployer.rollout.heartbeat import beating
from deployer.rollout.heartbeat import path as heart
from deployer.rollout.history.actor import actor
from deployer.rollout.interruption import Interruption
from deployer.rollout.patience import out_of_patience
from deployer.rollout.progress import Listener, Note
from deployer.rollout.target import Target
from deployer.state.identity import Identities

FOLDER = ".hubs/claims"
TURN_SECONDS = 0.5
"""Between two looks whether the cluster is free: rollouts of one take minutes."""
SHOWN = re.compile(r"(--)?[a-z][a-z0-9-]{0,40}")
MOST_WORDS = 6


_turns: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
"""Of rollouts in this process, which need not look at files to wait for each other."""


class CutOff(EngineFailed):
    """Nobody can read a claim, and not since its place is out of reach."""


@contextmanager
def claimed(
    backend: Backend, target: Target, listen: Listener, *, in_turn: Interruption | None = None
) -> Iterator[None]:
    """Hold a community or a cluster while something is done to it; what a killed run left is cleared.

    Raises BadInput for a state that is a copy; Held when another run holds it. With `in_turn` waits until it does not:
    Held is then raised only when that run gives no sign of life, and Interrupted when `in_turn` says so meanwhile.
    """
    path = _path(target)
    identities = Identities(backend.settings, backend.files)
    identities.require_own(f"deployer state adopt{target.place}")
    identities.settle()
    with (
        _turn(backend, target, path, listen, in_turn) if in_turn else nullcontext(),
        _held(backend, target, path, listen, in_turn=in_turn),
    ):
        yield


@contextmanager
def _turn(backend: Backend, target: Target, path: str, listen: Listener, interruption: Interruption) -> Iterator[None]:
    turn = _turns[backend.settings.backend_url, path]
    told = False
    while not turn.acquire(timeout=TURN_SECONDS):
        _heed(interruption, target)
        held = None if told else claim(backend, target)
        if held is not None:
            listen(Note(text=_waiting(target, held)))
            told = True
    try:
        yield
    finally:
        turn.release()


@contextmanager
def _held(
    backend: Backend, target: Target, path: str, listen: Listener, *, in_turn: Interruption | None
) -> Iterator[None]:
    mine = uuid4().hex
    told = False
    while not backend.files.create(path, _words(mine).encode()):
        held = claim(backend, target)
        if held is None:
            continue  # it was given back just now
        if certainly_dead(backend, held):
            if claim(backend, target) != held:
                continue  # somebody else cleared it, and holds it now
            clear_claim(backend, held)
            listen(Note(text=f"{target.name}: an earlier run was killed ({held}); going on from there"))
        elif in_turn is None or out_of_patience(backend.files, held):
            raise locked(held, f"deployer unlock {target}")
        else:
            _heed(in_turn, target)
            if not told:
                listen(Note(text=_waiting(target, held)))
            told = True
            time.sleep(TURN_SECONDS)
    try:
        with beating(backend.files, mine):
            yield
    finally:
        _give_back(backend, target, mine, listen)


def _heed(interruption: Interruption, target: Target) -> None:
    """Of several that wait in threads, Ctrl-C reaches none by itself."""
    if interruption.count:
        raise Interrupted(f"interrupted while waiting for the cluster {target.name}", left="it was not touched")


def _give_back(backend: Backend, target: Target, mine: str, listen: Listener) -> None:
    """Only what is still ours: somebody may have cleared it by force, and hold it now."""
    try:
        held = claim(backend, target)
        if held is not None and held.id == mine:
            backend.files.delete(held.path)
    except DeployerError as error:
        # Whatever the work ended with says more than this.
        text = f"{target.name} could not be given back: {error.fault}; later: deployer unlock {target}"
        listen(Note(text=text, severity="warning"))


def claim(backend: Backend, target: Target) -> Lock | None:
    """Who holds a community or a cluster; None when nobody does."""
    return read_claim(backend, _path(target), target.name)


def readable_claims(backend: Backend) -> tuple[list[Lock], list[CutOff]]:
    """All that somebody holds, communities and clusters; and of each claim that nobody can read, why."""
    found, unreadable = [], []
    for path in sorted(path for path in backend.files.list(FOLDER) if path.endswith(".json")):
        try:
            held = read_claim(backend, path, path.rpartition("/")[2].removesuffix(".json"))
        except CutOff as error:
            unreadable.append(error)
            continue
        if held is not None:
            found.append(held)
    return found, unreadable


def clear_claim(backend: Backend, held: Lock) -> None:
    """Remove a claim, and the heart of the run that held it."""
    backend.clear(held)
    if held.id:
        backend.files.delete(heart(held.id))


def read_claim(backend: Backend, path: str, name: str) -> Lock | None:
    """What one of the claims' files says; None when it is gone. Raises CutOff when nobody can read it."""
    content = backend.files.read(path)
    if content is None:
        return None
    try:
        said = json.loads(content)
        return Lock(
            stack=name,
            path=path,
            pid=int(said["pid"]),
            username=str(said["username"]),
            hostname=str(said["hostname"]),
            since=datetime.fromisoformat(said["since"]),
            process=str(said.get("process", "")),
            id=str(said.get("id", "")),
            doing=str(said.get("doing", "")),
            run_url=str(said.get("run_url", "")),
        )
    except (ValueError, KeyError, TypeError):
        raise CutOff(
            f"what says who is at work on {name} cannot be read: {path} beside the state",
            left="nothing was changed",
            remedy=f"when nobody is: deployer state repair {name}",
        ) from None


def _path(target: Target) -> str:
    return f"{FOLDER}/clusters/{target.name}.json" if target.alone else f"{FOLDER}/{target.name}.json"


def _waiting(target: Target, held: Lock) -> str:
    gone = "" if held.alive_here else f"; if that run is gone: deployer unlock {target}"
    return f"waiting for the cluster {target.name}: another run is at work on it ({held}){gone}"


def _words(claim_id: str) -> str:
    return json.dumps(
        {
            "id": claim_id,
            "doing": _doing(sys.argv),
            "run_url": actor().run_url,
            "pid": os.getpid(),
            "username": getpass.getuser(),
            "hostname": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(),
            "process": identity(os.getpid()) or "",
        }
    )


def _doing(arguments: Sequence[str]) -> str:
    """The command without what options were given: only words that may be names."""
    program = arguments[0].rpartition("/")[2] if arguments else ""
    words = [word for word in arguments[1:] if SHOWN.fullmatch(word)]
    return " ".join([program, *words[:MOST_WORDS], *(["…"] if len(words) > MOST_WORDS else [])])
