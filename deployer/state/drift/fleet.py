"""A look at many stacks at once, touching nothing: neither the state nor any resource."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from components.clouds import cloud
from deployer.errors import BadInput, DeployerError, Held, Interrupted, unforeseen
from deployer.rollout.account import ACCOUNT
from deployer.rollout.claim import claim
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.limits import STACKS_AT_ONCE
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Listener, StepDone, StepStarted
from deployer.rollout.subject import Subject
from deployer.rollout.target import Target
from deployer.state.accounts import require_own_account
from deployer.state.drift.finding import StackDrift
from deployer.state.drift.stacks import Stack, stacks
from schemas.stage import STAGES

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine
    from deployer.state.drift.live_objects import LiveObjects
    from deployer.state.drift.weighing import Foreseen


def drift(
    place: Target,
    names: Sequence[str] = (),
    *,
    at_once: int = STACKS_AT_ONCE,
    interruption: Interruption,
    listen: Listener,
) -> list[StackDrift]:
    """What differs from what was deployed, stack by stack: of the named communities and clusters, or of all.

    One that cannot be looked at keeps no other from it. Raises BadInput for a name that nothing deployed has;
    Interrupted.
    """
    look = _Look(place, interruption, listen)
    wanted = stacks(place, Ledger(look.backend.files), names)
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        return list(pool.map(look.at, wanted))


class _Look:
    """One look at one state; its engines and its clusters' logins are shared by all stacks."""

    def __init__(self, place: Target, interruption: Interruption, listen: Listener) -> None:
        self.backend = Backend(place.settings)
        self._interruption = interruption
        self._listen = listen
        self._engines: dict[str, Engine | DeployerError] = {}
        self._objects: dict[str, LiveObjects | None] = {}
        self._lock = threading.Lock()

    def at(self, stack: Stack) -> StackDrift:
        if self._interruption.count:
            raise Interrupted("interrupted", left="nothing was touched")
        began = time.monotonic()
        self._listen(StepStarted(step=stack.stack))
        made = partial(StackDrift, stack=stack.stack, name=stack.name, part=stack.part)
        try:
            self._refuse_while_at_work(stack)
            if isinstance(stack.subject, Subject):
                require_own_account(stack.subject, self.backend)
            found = self._found(stack, made)
        except Interrupted:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others go on
            error = fault if isinstance(fault, DeployerError) else unforeseen(stack.stack, fault, f"drift {stack.name}")
            return made(error=error)
        detail = f"{len(found.resources) + len(found.seen)} differences" if found.drifted else "as deployed"
        self._listen(StepDone(step=stack.stack, seconds=time.monotonic() - began, detail=detail))
        return found

    def _refuse_while_at_work(self, stack: Stack) -> None:
        """What a run is changing at this moment is no drift."""
        held = claim(self.backend, stack.target)
        if held is not None and (held.alive_here or not held.made_here):
            raise Held(f"{stack.stack} is being worked on: {held}", left="nobody looked", remedy="look again later")

    def _found(self, stack: Stack, made: partial[StackDrift]) -> StackDrift:
        from deployer.state.drift.weighing import additions, weighed

        engine = self._engine(stack)
        deviations = engine.deviations(stack.stack)
        objects = self._live_objects(stack)
        foreseen, why_not = self._foreseen(stack, engine) if deviations.found else ({}, "")
        resources = [
            weighed(deviation, objects.find(deviation) if objects and not deviation.gone else None, foreseen, why_not)
            for deviation in deviations.found
        ]
        if objects is not None:
            resources += additions(deviations.unchanged, objects)
        return made(resources=resources, seen=_seen(stack), unforeseen=why_not)

    def _foreseen(self, stack: Stack, engine: Engine) -> tuple[Foreseen | None, str]:
        """What a deploy would do by itself, or why nobody knows."""
        from deployer.rollout.plan import make_plan

        if stack.subject is None:
            return None, "deployer bootstrap tells what it would do" if stack.part == ACCOUNT else "it has no file"
        if isinstance(stack.subject, DeployerError):
            return None, _first_words(stack.subject)
        try:
            (planned,) = make_plan(stack.subject, engine, [stack.part]).stacks
        except Interrupted:
            raise
        except DeployerError as error:
            return None, _first_words(error)
        return {change.urn: change for change in planned.changes}, ""

    def _engine(self, stack: Stack) -> Engine:
        from deployer.rollout.opening import open_engine

        provider = stack.record.provider
        with self._lock:
            if provider not in self._engines:
                try:
                    self._engines[provider] = open_engine(
                        stack.target,
                        provider=provider,
                        tools=cloud(provider).tools,
                        interruption=self._interruption,
                        listen=self._listen,
                    )
                except DeployerError as error:
                    self._engines[provider] = error
        engine = self._engines[provider]
        if isinstance(engine, DeployerError):
            raise engine
        return engine

    def _live_objects(self, stack: Stack) -> LiveObjects | None:
        from deployer.state.drift.live_objects import live_objects

        with self._lock:
            if stack.cluster not in self._objects:
                under = Ledger(self.backend.files).read(stack.record.cluster_stack)
                facts: Mapping[str, object] = under.facts if under else {}
                self._objects[stack.cluster] = live_objects(self.backend.settings, stack.cluster, facts)
            return self._objects[stack.cluster]


def _seen(stack: Stack) -> Sequence[str]:
    """Of a hub that runs: its processes or pods, its releases, its address."""
    record = stack.record
    if stack.part not in STAGES or not record.facts or record.kept or stack.target.simulated:
        return ()
    return cloud(record.provider).runtime(record.facts).observe()


def _first_words(error: DeployerError) -> str:
    if isinstance(error, BadInput) and error.problems:
        return str(error.problems[0])
    return error.fault
