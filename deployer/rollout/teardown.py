"""Takes hubs and clusters down, hubs first; people's data stays unless told otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.clouds import cloud
from deployer.errors import EngineFailed, Interrupted
from deployer.rollout.claim import claimed
from deployer.rollout.doomed import Doomed, refuse_inhabited
from deployer.rollout.engine.backend import Backend
from deployer.rollout.history.pages import History
from deployer.rollout.history.writing import begun_now, written
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.opening import open_engine
from deployer.rollout.plan import program
from deployer.rollout.progress import Listener, StepDone, StepStarted
from deployer.rollout.stage import counted
from deployer.rollout.subject import CLUSTER, Subject, load_subject
from deployer.state.accounts import require_account_of

if TYPE_CHECKING:
    from deployer.rollout.engine.backend import Recorded
    from deployer.rollout.engine.engine import Engine, Outcome


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """What was taken down, and what is left."""

    name: str
    """Of the community, or of the cluster alone."""
    simulated: bool
    stacks: Sequence[str]
    kept: Sequence[str]
    """Where people's data still is."""
    cluster_stays: str
    """Why the cluster still stands; empty when it does not, or nobody spoke of it."""
    seconds: float


def destroy(plan: Doomed, *, delete_data: bool = False, interruption: Interruption, listen: Listener) -> Destroyed:
    """Take down what `doomed` named, hubs before their cluster; with `delete_data` people's data goes too.

    Raises EngineFailed; GateFailed for a cluster that somebody has come to meanwhile; Interrupted. Whatever it raises,
    the same call goes on from there.
    """
    began = time.monotonic()
    kept = list(plan.kept)
    with _going_on():
        if plan.stacks:
            kept += _take_all_down(plan, delete_data, interruption, listen)
    return Destroyed(
        name=plan.target.name,
        simulated=plan.target.simulated,
        stacks=tuple(plan.stacks.values()),
        kept=tuple(dict.fromkeys(kept)) if not delete_data else (),
        cluster_stays=plan.cluster_stays,
        seconds=time.monotonic() - began,
    )


def _take_all_down(plan: Doomed, delete_data: bool, interruption: Interruption, listen: Listener) -> list[str]:
    target = plan.target
    provider = _provider(plan)
    engine = open_engine(target, provider=provider, interruption=interruption, listen=listen)
    teardown = _Teardown(plan, engine, delete_data=delete_data)
    require_account_of(target, engine.backend)
    with ExitStack() as held:
        held.enter_context(claimed(engine.backend, target, listen))
        if CLUSTER in plan.stacks and not target.alone:
            cluster = target.cluster(plan.stacks[CLUSTER].removesuffix("-cluster"))
            held.enter_context(claimed(engine.backend, cluster, listen, in_turn=interruption))
        if target.alone:
            refuse_inhabited(target, teardown.ledger)
        history = History(engine.backend.files)
        number = history.next_number(plan.stacks.values())
        for part, stack in plan.stacks.items():
            began = time.monotonic()
            listen(StepStarted(step=f"destroy {part}"))
            with written(history, stack, begun_now(target.project, number, "destroy")) as writing:
                outcome = teardown.take_down(part, stack)
                writing.changes = counted(outcome.changes)
            detail = counted(outcome.changes)
            listen(StepDone(step=f"destroy {part}", seconds=time.monotonic() - began, detail=detail))
    return teardown.kept


class _Teardown:
    """Stacks that go, one after the other."""

    def __init__(self, plan: Doomed, engine: Engine, *, delete_data: bool) -> None:
        self.ledger = Ledger(engine.backend.files)
        self.kept: list[str] = []
        self._plan = plan
        self._engine = engine
        self._delete_data = delete_data
        self._subject: Subject | None = None

    def take_down(self, part: str, stack: str) -> Outcome:
        record = self.ledger.read(stack)
        provider = record.provider if record else self._loaded.cluster.provider
        data_types = cloud(provider).data_types
        if record is not None:
            self.ledger.write(stack, record.unfinished())
        self._let_go(part, stack, data_types)
        outcome = self._engine.destroy(stack)
        kept = self._left(stack, outcome, data_types)
        if record is not None and self._engine.backend.exists(stack):
            self.ledger.write(stack, record.destroyed(kept))
        else:
            self.ledger.forget(stack)
        self.kept += kept
        return outcome

    def _let_go(self, part: str, stack: str, data_types: Sequence[str]) -> None:
        """Have the program say that what goes may go, and only that: nothing else is touched, and nothing made."""
        goes = self._goes(part, data_types)
        if any(one.protect for one in self._resources(stack)):
            # What somebody took away already is not to be made again in order to be destroyed.
            self._engine.refresh(stack)
        protected = self._protected(stack, goes)
        if any(map(goes, self._resources(stack))):
            without = program(self._loaded, part, protect=False, keep_data=not self._delete_data)
            try:
                self._engine.up(stack, without, only=goes)
            except EngineFailed:
                # Of a stack that was only half made, what follows from the missing half fails, and does not matter.
                if not protected or self._protected(stack, goes):
                    raise
        # A destroy would stop in the middle, at the first that does not go.
        stuck = self._protected(stack, goes)
        if stuck:
            raise EngineFailed(
                f"{stack} cannot be destroyed: {', '.join(stuck)} is protected, and its file speaks of it no more",
                left="nothing was destroyed",
                remedy="put the file back as it was when it was last deployed, then run the same command again",
            )

    def _goes(self, part: str, data_types: Sequence[str]) -> Callable[[Recorded], bool]:
        """Chooses what must be told that it goes: what is protected, and data only where it is to be deleted."""

        def goes(resource: Recorded) -> bool:
            if resource.type in data_types:
                return self._delete_data and (resource.protect or part != CLUSTER)
            return resource.protect

        return goes

    def _left(self, stack: str, outcome: Outcome, data_types: Sequence[str]) -> list[str]:
        """Where data still is."""
        if self._delete_data:
            return []
        left = [f"{one.words}: {one.id}" for one in self._resources(stack) if one.protect and one.id]
        # Of what a provider keeps by itself, only it knows where, and whether there was any; it says so.
        types = {change.urn: change.type for change in outcome.changes}
        said = [remark for remark in outcome.remarks if types.get(remark.urn) in data_types]
        return [*left, *(remark.message.removeprefix("kept: ") for remark in said)]

    def _protected(self, stack: str, goes: Callable[[Recorded], bool]) -> list[str]:
        return [one.words for one in self._resources(stack) if one.protect and goes(one)]

    def _resources(self, stack: str) -> Sequence[Recorded]:
        state = self._engine.backend.stack(stack)
        return state.resources if state else ()

    @property
    def _loaded(self) -> Subject:
        """The files, which are needed only now."""
        if self._subject is None:
            self._subject = load_subject(self._plan.target, secrets_needed=False)
        return self._subject


def _provider(plan: Doomed) -> str | None:
    """The cloud that will be asked: as the records have it, since files may be gone."""
    ledger = Ledger(Backend(plan.target.settings).files)
    records: Iterator[Record] = filter(None, map(ledger.read, plan.stacks.values()))
    return next((record.provider for record in records), None)


@contextmanager
def _going_on() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, Interrupted) as error:
        left = error.left if isinstance(error, Interrupted) else ""
        raise Interrupted("interrupted", left=left, remedy="the same command goes on from there") from None
