"""Before the engine starts on a stack: no other run may be at work on it, and what dead runs left is mended."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil

from deployer.errors import DeployerError, Held
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.lock import Lock
from deployer.rollout.engine.parentage import orphaned
from deployer.rollout.progress import Listener, Note

LAST_BREATH_SECONDS = 3.0
"""What ends by itself has ended by then; who is still at it is told of, or waited for."""
LONGEST_LAST_STEP_SECONDS = 1800.0
"""For an engine whose deployer was killed: it finishes what it began, and records it. Helm is given 30 minutes for each
thing that it waits for (docs/hub-on-kubernetes.md)."""


def settle(backend: Backend, stack: str, listen: Listener, *, unlock: str) -> None:
    """Clear and mend what a killed run on this machine left; raise Held when another run is at work."""
    began = time.monotonic()
    told = False
    while held := backend.locks(stack):
        for lock in held:
            if certainly_dead(backend, lock):
                backend.clear(lock)
                listen(Note(text=f"{stack}: cleared the lock of a run that was killed ({lock})"))
        living = backend.locks(stack)
        if living and time.monotonic() - began > LAST_BREATH_SECONDS:
            if not orphaned(living[0].pid) or time.monotonic() - began > LONGEST_LAST_STEP_SECONDS:
                raise locked(living[0], unlock)
            if not _at_a_step(backend, stack):
                _end(living[0].pid)
            elif not told:
                text = (
                    f"{stack}: its deployer was killed, and the engine ends what it began ({living[0]}): waiting for it"
                )
                listen(Note(text=text))
                told = True
        if living:
            time.sleep(0.1)
    # Only now that nobody else writes.
    backend.files.make_sure_of_room()
    backend.drop_broken_sidecar(stack)
    whence = backend.restore(stack)
    if whence:
        text = f"{stack}: its state was cut off, perhaps by a full disk; went back to {whence}"
        listen(Note(text=text, severity="warning"))


def _at_a_step(backend: Backend, stack: str) -> bool:
    """Whether an engine is making, changing or deleting something just now."""
    try:
        state = backend.stack(stack)
    except DeployerError:
        return True  # it is writing it
    return bool(state and state.pending)


def _end(pid: int) -> None:
    """End an engine with its plugins: killed early, its deployer leaves it waiting for the program for ever."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                each.kill()


def locked(lock: Lock, unlock: str) -> Held:
    """The error for a stack that another run holds."""
    if lock.alive_here:
        remedy = "wait until it is done, or stop it with Ctrl-C; then run again"
    else:
        remedy = f"wait until it is done; if that run is gone: {unlock}"
    return Held(f"{lock.stack} is locked by another run: {lock}", left="it was not touched", remedy=remedy)


def certainly_dead(backend: Backend, lock: Lock) -> bool:
    """Whether the run that made a lock is known to be gone."""
    # In a bucket, two machines may carry one name; in a folder, the name settles it.
    return backend.settings.folder is not None and lock.made_here and not lock.alive_here
