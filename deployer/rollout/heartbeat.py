"""A claim's heartbeat: a number that goes up while the run that holds it lives, for whoever watches from elsewhere.

No clock is compared with another machine's: a watcher waits, by its own clock, whether the number changes. Silence is
told to people and clears nothing by itself: a machine may be asleep, or cut off from the state for a while.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from deployer.errors import DeployerError
from deployer.rollout.engine.files import Files

FOLDER = ".hubs/beats"
BEAT_SECONDS = 5.0
WATCH_SECONDS = 2.5 * BEAT_SECONDS
"""Long enough that one beat that came late, or was lost on its way, is not taken for silence."""


@contextmanager
def beating(files: Files, claim_id: str) -> Iterator[None]:
    """Beat within, from a thread of its own; a state that is out of reach for a while is no matter."""
    stopped = threading.Event()

    def beat() -> None:
        number = 0
        while not stopped.wait(BEAT_SECONDS):
            number += 1
            with contextlib.suppress(DeployerError):
                files.write(path(claim_id), str(number).encode())

    heart = threading.Thread(target=beat, name=f"heart of {claim_id}", daemon=True)
    with contextlib.suppress(DeployerError):
        files.write(path(claim_id), b"0")
    heart.start()
    try:
        yield
    finally:
        stopped.set()
        heart.join()
        with contextlib.suppress(DeployerError):
            files.delete(path(claim_id))


def living(files: Files, claim_ids: Sequence[str]) -> set[str]:
    """Those whose hearts beat while we watch; none is watched that has no heart. Takes WATCH_SECONDS at most."""
    before = {each: beat for each in claim_ids if each and (beat := files.read(path(each))) is not None}
    found: set[str] = set()
    deadline = time.monotonic() + WATCH_SECONDS
    while len(found) < len(before) and time.monotonic() < deadline:
        time.sleep(min(1.0, BEAT_SECONDS / 2))
        found |= {each for each, beat in before.items() if files.read(path(each)) not in (beat, None)}
    return found


def path(claim_id: str) -> str:
    """Its file beside the state."""
    return f"{FOLDER}/{claim_id}"
