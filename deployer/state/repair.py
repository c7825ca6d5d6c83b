"""Mends what an interrupted operation left: first says what it would do, then does it; a second time there is nothing.

What a deploy would mend by itself is mended here without a deploy, for a stack that nobody wants to deploy right now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from deployer.errors import BadInput, DeployerError, EngineFailed
from deployer.rollout.claim import FOLDER as CLAIMS
from deployer.rollout.claim import claim, claimed, clear_claim, read_claim
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import certainly_dead
from deployer.rollout.engine.lock import Lock
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Listener
from deployer.rollout.target import Target
from deployer.state.checkpoint import broken_references, latest, pending
from deployer.state.leftovers import orphaned, silent_hearts
from deployer.state.overview import stack_files, stack_of
from schemas.stage import STAGES

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One thing to mend."""

    where: str
    what: str
    do: Callable[[], None] = field(repr=False)
    needs_engine: bool = False


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
            *self._claims(),
            *self._hearts(),
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
        if not found and name not in self._claimed_names():
            if not name:
                return []
            near = get_close_matches(name, [*known, *(stack.rpartition("-")[0] for stack in known)], n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "deployer state lists the stacks"
            raise BadInput([], fault=f"nothing named {name!r} is in the state", remedy=remedy)
        return found or [f"{name}-{STAGES[0]}"]

    def _claimed_names(self) -> set[str]:
        paths = self._backend.files.list(CLAIMS)
        return {path.rpartition("/")[2].removesuffix(".json") for path in paths}

    def _targets(self) -> list[Target]:
        split = {stack.rpartition("-")[::2] for stack in self._stacks}
        return [
            self._place.community(name) if part in STAGES else self._place.cluster(name) for name, part in sorted(split)
        ]

    def _refuse_living(self, target: Target) -> None:
        try:
            held = claim(self._backend, target)
        except EngineFailed:
            return  # nobody can read it: it is one of the things to mend
        if held is not None and not certainly_dead(self._backend, held):
            from deployer.rollout.engine.guard import locked

            raise locked(held, f"deployer unlock {target}")

    def _claims(self) -> Iterator[Repair]:
        names = {target.name for target in self._targets()}
        for path in sorted(self._backend.files.list(CLAIMS)):
            name = path.rpartition("/")[2].removesuffix(".json")
            if name not in names:
                continue
            try:
                held = read_claim(self._backend, path, name)
            except EngineFailed:
                yield Repair(where=name, what="remove a claim that is cut off", do=self._deleting(path))
                continue
            if held is not None and certainly_dead(self._backend, held):
                yield Repair(
                    where=name, what=f"remove the claim of a run that was killed ({held})", do=self._clearing(held)
                )

    def _hearts(self) -> Iterator[Repair]:
        try:
            silent = silent_hearts(self._backend)
        except EngineFailed:
            return  # a claim that cannot be read goes first
        for path in silent:
            yield Repair(where=path, what="remove what a killed run left of itself", do=self._deleting(path))

    def _of(self, stack: str) -> Iterator[Repair]:
        for lock in self._backend.locks(stack):
            if certainly_dead(self._backend, lock):
                yield Repair(
                    where=stack, what=f"clear the lock of a run that was killed ({lock})", do=self._clearing(lock)
                )
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
        with claimed(self._backend, self._target(stack), self._listen):
            self._backend.drop_broken_sidecar(stack)
            self._backend.restore(stack)

    def _refresh(self, stack: str) -> None:
        with claimed(self._backend, self._target(stack), self._listen):
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
            self._target(stack), provider=provider, tools=tools, interruption=self._interruption, listen=self._listen
        )

    def _target(self, stack: str) -> Target:
        name, _, part = stack.rpartition("-")
        return self._place.community(name) if part in STAGES else self._place.cluster(name)

    def _deleting(self, path: str) -> Callable[[], None]:
        return lambda: self._backend.files.delete(path)

    def _clearing(self, held: Lock) -> Callable[[], None]:
        return lambda: clear_claim(self._backend, held)
