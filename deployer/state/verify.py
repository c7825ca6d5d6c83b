"""What is wrong in a state, and the command that mends it; changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deployer.errors import DeployerError
from deployer.rollout.account import ACCOUNT
from deployer.rollout.claim import claims
from deployer.rollout.engine.backend import CHECKPOINT_VERSION, Backend
from deployer.rollout.engine.guard import certainly_dead
from deployer.rollout.engine.lock import Lock
from deployer.rollout.history.kept_inputs import FOLDER as INPUTS
from deployer.rollout.history.pages import History
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.subject import CLUSTER
from deployer.rollout.target import Target
from deployer.state.archive import digest
from deployer.state.checkpoint import broken_references, latest, pending, secrets_in_clear
from deployer.state.identity import Identities
from deployer.state.leftovers import orphaned, silent_hearts
from deployer.state.overview import stack_files, stack_of

MOST_FAULTS = 5
"""Of one stack that are named."""
DIGEST_LENGTH = 64


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong."""

    where: str
    """The stack, the community, or the file beside the state."""
    fault: str
    remedy: str
    """With the command that mends it."""


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What was looked at, and what is wrong."""

    stacks: int
    resources: int
    records: int
    entries: int
    """Of the histories."""
    findings: Sequence[Finding]


def verify(place: Target) -> Verified:
    """Look at everything that is kept. Raises EngineFailed when the place cannot be reached."""
    return _Look(place).all()


class _Look:
    """One pass over a state."""

    def __init__(self, place: Target) -> None:
        self._place = place
        self._backend = Backend(place.settings)
        self._ledger = Ledger(self._backend.files)
        self._resources = 0
        self._entries = 0

    def all(self) -> Verified:
        stacks = [stack_of(entry) for entry in stack_files(self._backend)]
        recorded = self._ledger.stacks()
        findings = [
            *self._identity(),
            *(finding for stack in stacks for finding in self._stack(stack)),
            *(finding for stack in recorded for finding in self._record(stack, stacks)),
            *self._unrecorded(stacks, recorded),
            *self._runs(stacks),
            *(finding for stack in recorded for finding in self._history(stack)),
            *self._kept_inputs(),
        ]
        return Verified(
            stacks=len(stacks),
            resources=self._resources,
            records=len(recorded),
            entries=self._entries,
            findings=findings,
        )

    @cached_property
    def _at_work(self) -> set[str]:
        """Communities and clusters that somebody holds: what is between two steps there is no fault."""
        try:
            return {claim.stack for claim in claims(self._backend)}
        except DeployerError:
            return set()

    def _identity(self) -> Iterator[Finding]:
        adopt = f"deployer state adopt{self._place.place}"
        try:
            Identities(self._backend.settings, self._backend.files).require_own(adopt)
        except DeployerError as error:
            yield Finding(where="the state", fault=error.fault, remedy=error.remedy)

    def _stack(self, stack: str) -> Iterator[Finding]:
        document = self._document(stack)
        if document is None:
            fault = "its state is cut off, or not what the engine writes"
            yield Finding(where=stack, fault=fault, remedy=self._repair(stack))
            return
        if document.get("version", 1) > CHECKPOINT_VERSION:
            remedy = "update this checkout to the version that wrote it"
            yield Finding(where=stack, fault="a newer version of the engine wrote its state", remedy=remedy)
            return
        deployment = latest(document)
        self._resources += len(deployment.get("resources") or ())
        broken = list(broken_references(deployment))
        if broken:
            more = f"; and {len(broken) - MOST_FAULTS} more" if len(broken) > MOST_FAULTS else ""
            fault = f"{'; '.join(broken[:MOST_FAULTS])}{more}"
            yield Finding(where=stack, fault=fault, remedy=self._repair(stack))
        begun = pending(deployment)
        if begun:
            fault = f"a run was killed while {', '.join(begun)}"
            yield Finding(where=stack, fault=fault, remedy=f"{self._repair(stack)}; so does the next deploy")
        if secrets_in_clear(deployment):
            fault = "it holds a secret that is not encrypted"
            yield Finding(where=stack, fault=fault, remedy="deploy it: that encrypts it; then change that secret")

    def _record(self, stack: str, stacks: Sequence[str]) -> Iterator[Finding]:
        try:
            record = self._ledger.read(stack)
        except DeployerError as error:
            yield Finding(where=stack, fault=error.fault, remedy=self._repair(stack))
            return
        if record is None:
            return
        if stack.rpartition("-")[0] in self._at_work:
            return
        if orphaned(stack, record, stacks):
            fault = "it has a record and no state: it is not there, and keeps its cluster from being taken down"
            yield Finding(where=stack, fault=fault, remedy=self._repair(stack))
        elif not record.kept and not self._stands(record, stacks):
            fault = f"it stands on {record.cluster_stack}, which has no state"
            remedy = "restore that one from a backup: deployer state restore FILE --stack " + record.cluster_stack
            yield Finding(where=stack, fault=fault, remedy=remedy)

    def _stands(self, record: Record, stacks: Sequence[str]) -> bool:
        return record.cluster_stack in stacks

    def _unrecorded(self, stacks: Sequence[str], recorded: Sequence[str]) -> Iterator[Finding]:
        for stack in sorted({*stacks} - {*recorded}):
            name, _, part = stack.rpartition("-")
            document = self._document(stack)
            if part == ACCOUNT or document is None or not latest(document).get("resources"):
                continue
            target = self._place.cluster(name) if part == CLUSTER else self._place.community(name)
            fault = "it has a state and no record: the deployer does not know that it is there"
            yield Finding(where=stack, fault=fault, remedy=f"deployer deploy {target} writes it anew")

    def _runs(self, stacks: Sequence[str]) -> Iterator[Finding]:
        held: list[tuple[str, Lock]] = []
        try:
            held += [("claim", claim) for claim in claims(self._backend)]
            held += [("lock", lock) for stack in stacks for lock in self._backend.locks(stack)]
        except DeployerError as error:
            yield Finding(where="claims", fault=error.fault, remedy=error.remedy)
        for kind, lock in held:
            if certainly_dead(self._backend, lock):
                fault = f"a {kind} of a run that was killed: {lock}"
                yield Finding(where=lock.stack, fault=fault, remedy=self._repair(lock.stack))
        for path in silent_hearts(self._backend):
            yield Finding(where=path, fault="what a killed run left of itself", remedy=self._repair(""))

    def _history(self, stack: str) -> Iterator[Finding]:
        try:
            self._entries += len(History(self._backend.files).entries(stack))
        except DeployerError as error:
            yield Finding(where=stack, fault=error.fault, remedy=error.remedy)

    def _kept_inputs(self) -> Iterator[Finding]:
        for path in self._backend.files.list(INPUTS):
            name = path.removeprefix(f"{INPUTS}/").removesuffix(".json")
            if len(name) == DIGEST_LENGTH and "/" not in name and digest(self._backend.files.read(path)) != name:
                remedy = "nobody can go back to that rollout: delete the file, or take it from a backup"
                yield Finding(where=path, fault="inputs that were kept are not what they were", remedy=remedy)

    def _document(self, stack: str) -> Mapping[str, Any] | None:
        try:
            document = json.loads(self._backend.files.read(self._backend.path(stack)) or b"")
        except ValueError:
            return None
        return document if isinstance(document, dict) else None

    def _repair(self, name: str) -> str:
        return f"deployer state repair {name}".rstrip() + self._place.place
