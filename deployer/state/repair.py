"""Mends what an interrupted operation left: first says what it would do, then does it; a second time there is nothing.

What a deploy would mend by itself is mended here without a deploy, for a stack that nobody wants to deploy right now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from deployer.config.suggest import did_you_mean
from deployer.errors import BadInput, DeployerError
from deployer.rollout.claim import CutOff, claim, claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import certainly_dead, locked
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Listener
from deployer.rollout.target import Target
from deployer.state.checkpoint import broken_references, latest, pending
from deployer.state.leftovers import Repair, claimed_names, cut_off, leftovers, orphaned
from deployer.state.overview import stack_files, stack_of
from schemas.stage import STAGES

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """What was mended, and what a person must see to."""

    done: Sequence[str]
    left: Sequence[str]


class Mending:
    """The stacks of one community, cluster or stack, or what belongs to none of them where there is no name."""

    def __init__(self, place: Target, name: str, interruption: Interruption, listen: Listener) -> None:
        self._place = place
        self._backend = Backend(place.settings)
        self._ledger = Ledger(self._backend.files)
        self._interruption = interruption
        self._listen = listen
        self._stacks = self._named(name)

    def plan(self) -> list[Repair]:
        """What there is to mend, in its order. Raises Held while a living run is at work there."""
        for target in self._targets():
            self._refuse_living(target)
        return [
            *leftovers(self._backend, {target.name for target in self._targets()}),
            *(repair for stack in self._stacks for repair in self._of(stack)),
        ]

    def carry_out(self, agree: Callable[[Sequence[Repair]], None]) -> Repaired:
        """Mend all of it; `agree` is shown what there is, and raises what ends it.

        What one repair brings to light is mended too: a state that was cut off may have operations that were not ended.
        """
        done: list[str] = []
        repairs = self.plan()
        if repairs:
            agree(repairs)
        while repairs:
            for repair in repairs:
                repair.do()
                done.append(f"{repair.where}: {repair.what}")
            repairs = [repair for repair in self.plan() if f"{repair.where}: {repair.what}" not in done]
        return Repaired(done=done, left=[line for stack in self._stacks for line in self._beyond(stack)])

    def _named(self, name: str) -> list[str]:
        known = sorted({*(stack_of(entry) for entry in stack_files(self._backend)), *self._ledger.stacks()})
        found = [stack for stack in known if not name or name in (stack, stack.rpartition("-")[0])]
        if not found and name not in claimed_names(self._backend):
            if not name:
                return []
            names = sorted({stack.rpartition("-")[0] for stack in known})
            remedy = did_you_mean(name, [*names, *known], kind="names")
            raise BadInput([], fault=f"nothing named {name!r} is in the state", remedy=remedy)
        return found or [f"{name}-{STAGES[0]}"]

    def _targets(self) -> list[Target]:
        return list(dict.fromkeys(self._place.of_stack(stack) for stack in self._stacks))

    def _refuse_living(self, target: Target) -> None:
        try:
            held = claim(self._backend, target)
        except CutOff:
            return  # it is one of the things to mend
        if held is not None and not certainly_dead(self._backend, held):
            raise locked(held, f"deployer unlock {target}")

    def _of(self, stack: str) -> Iterator[Repair]:
        torn = cut_off(self._backend, self._backend.locks_folder(stack))
        for path in torn:
            delete = partial(self._backend.files.delete, path)
            yield Repair(where=stack, what="remove a lock that is cut off", do=delete)
        for lock in () if torn else self._backend.locks(stack):
            if certainly_dead(self._backend, lock):
                what = f"clear the lock of a run that was killed ({lock})"
                yield Repair(where=stack, what=what, do=partial(self._backend.clear, lock))
        content = self._backend.files.read(self._backend.path(stack))
        if content is None:
            yield from self._without_state(stack)
            return
        try:
            document = json.loads(content)
        except ValueError:
            what = "put the last whole state in the place of one that is cut off"
            yield Repair(where=stack, what=what, do=lambda: self._put_back(stack))
            return
        yield from self._unreadable_record(stack)
        deployment = latest(document)
        if any(broken_references(deployment)):
            what = "have the engine put resources in order and drop references that lead nowhere (pulumi state repair)"
            yield Repair(where=stack, what=what, do=lambda: self._engine(stack).repair(stack), needs_engine=True)
        begun = pending(deployment)
        if begun:
            what = f"look at what is there of what was begun ({', '.join(begun)}), and record that"
            yield Repair(where=stack, what=what, do=lambda: self._refresh(stack), needs_engine=True)

    def _without_state(self, stack: str) -> Iterator[Repair]:
        yield from self._unreadable_record(stack)
        try:
            record = self._ledger.read(stack)
        except DeployerError:
            return
        if record is not None and orphaned(stack, record, ()):
            yield Repair(
                where=stack, what="forget a record of what is not there", do=lambda: self._ledger.forget(stack)
            )

    def _unreadable_record(self, stack: str) -> Iterator[Repair]:
        content = self._backend.files.read(f".hubs/{stack}.json")
        try:
            whole = content is None or isinstance(json.loads(content), dict)
        except ValueError:
            whole = False
        if not whole:
            what = "remove a record that is cut off; the next deploy writes it anew"
            yield Repair(where=stack, what=what, do=lambda: self._ledger.forget(stack))

    def _beyond(self, stack: str) -> Iterator[str]:
        """What only somebody who knows more may do."""
        for lock in self._backend.locks(stack):
            yield f"{stack} is locked by a run elsewhere ({lock}): if it is gone, deployer unlock clears that"
        state = self._backend.files.read(self._backend.path(stack))
        broken = list(broken_references(latest(json.loads(state)))) if state else []
        if broken:
            yield f"{stack}: {broken[0]}: restore it: deployer state restore FILE --stack {stack}"

    def _put_back(self, stack: str) -> None:
        with claimed(self._backend, self._place.of_stack(stack), self._listen):
            self._backend.drop_broken_sidecar(stack)
            self._backend.restore(stack)

    def _refresh(self, stack: str) -> None:
        with claimed(self._backend, self._place.of_stack(stack), self._listen):
            self._engine(stack).refresh(stack)
            record = self._ledger.read(stack)
            if record is not None and not record.kept:
                self._ledger.write(stack, record.unfinished())

    def _engine(self, stack: str) -> Engine:
        from components.clouds import cloud
        from deployer.rollout.opening import open_engine

        record = self._ledger.read(stack)
        provider = record.provider if record else None
        tools = cloud(provider).tools if provider else ()
        return open_engine(
            self._place.of_stack(stack),
            provider=provider,
            tools=tools,
            interruption=self._interruption,
            listen=self._listen,
        )
