"""How long a run waits for another one that holds what it needs.

By this machine's own clock: what the other one's says does not matter.
"""

from __future__ import annotations

import time

from deployer.rollout.engine.files import Files
from deployer.rollout.engine.lock import Lock
from deployer.rollout.heartbeat import path as heart

PATIENCE_SECONDS = 900.0
"""For one that another run holds. A run on another machine may be gone for good, and nobody here can tell."""
SILENCE_SECONDS = 60.0
"""For a run whose heart was seen and does not beat: twelve beats. It may be asleep, or cut off from the state for a
while, so nothing is cleared for that; but nobody else need stand in line for it."""

_signs: dict[Lock, tuple[bytes | None, float]] = {}
"""Of runs that hold something: the last beat that was seen of each, and when it was seen first. For all threads: who
comes later need not watch for as long again."""


def out_of_patience(files: Files, held: Lock) -> bool:
    """Whether the run that holds something gave no sign of life while we watched, for long enough to give up on it.

    Never of one that lives on this machine.
    """
    beat = files.read(heart(held.id)) if held.id else None
    now = time.monotonic()
    last, since = _signs.get(held, (None, now))
    if held.alive_here or held not in _signs or beat != last:
        _signs[held] = (beat, now)
        return False
    return now - since > (PATIENCE_SECONDS if beat is None else SILENCE_SECONDS)
