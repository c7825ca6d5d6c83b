"""Clears locks that killed runs left behind."""

from __future__ import annotations

from collections.abc import Sequence

from deployer.errors import EngineFailed
from deployer.rollout.claim import claim, clear_claim
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.lock import Lock
from deployer.rollout.heartbeat import living
from deployer.rollout.subject import load_subject
from deployer.rollout.target import Target
from schemas.stage import STAGES


def unlock(target: Target, *, stages: Sequence[str] = STAGES, force: bool = False) -> list[Lock]:
    """Clear the locks of a community's stages, and of its cluster when all stages are meant; returns them.

    Of a cluster alone, its own. Raises EngineFailed when a run that holds one is alive on this machine, or its heart
    beats elsewhere, unless `force`; then nothing is cleared. Watching for a heart takes some seconds.
    """
    subject = load_subject(target, secrets_needed=False)
    backend = Backend(target.settings)
    stacks = [subject.stack(stage) for stage in subject.stages if stage in stages]
    held = [claim(backend, target)]
    if tuple(stages) == STAGES:
        stacks.append(subject.cluster_stack)
        if not target.alone:
            held.append(claim(backend, target.cluster(subject.cluster_name)))
    locks = [*filter(None, held), *(lock for stack in stacks for lock in backend.locks(stack))]
    alive = None if force else _alive(backend, locks)
    if alive:
        raise EngineFailed(
            f"{alive.stack} is being worked on: {alive}",
            left="its lock was not cleared",
            remedy="wait until it is done, or stop it with Ctrl-C; --force clears the lock of a run that hangs",
        )
    for lock in locks:
        clear_claim(backend, lock)
    return locks


def _alive(backend: Backend, locks: Sequence[Lock]) -> Lock | None:
    here = next((lock for lock in locks if lock.alive_here), None)
    if here:
        return here
    elsewhere = [lock for lock in locks if not (lock.made_here and backend.settings.folder is not None)]
    beating = living(backend.files, [lock.id for lock in elsewhere])
    return next((lock for lock in elsewhere if lock.id in beating), None)
