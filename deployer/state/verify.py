"""What is wrong in a state, and the command that mends it; changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deployer.errors import DeployerError
from deployer.rollout.account import ACCOUNT
from deployer.rollout.claim import CutOff, readable_claims
from deployer.rollout.engine.backend import CHECKPOINT_VERSION, Backend
from deployer.rollout.engine.guard import certainly_dead
from deployer.rollout.engine.lock import Lock
from deployer.rollout.fleet.journal import FOLDER as JOURNALS
from deployer.rollout.fleet.journal import Journals
from deployer.rollout.history.kept_inputs import FOLDER as INPUTS
from deployer.rollout.history.pages import History
from deployer.rollout.ledger import Ledger
from deployer.rollout.target import Target
from deployer.state.archive import digest
from deployer.state.checkpoint import broken_references, latest, pending, secrets_in_clear
from deployer.state.identity import Identities
from deployer.state.leftovers import cut_off, orphaned, readable_locks, silent_hearts
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
            *self._fleets(),
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
    def _claims(self) -> tuple[list[Lock], list[CutOff]]:
        return readable_claims(self._backend)

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
        if record is None or stack.rpartition("-")[0] in {claim.stack for claim in self._claims[0]}:
            return  # what is between two steps of somebody at work is no fault
        if orphaned(stack, record, stacks):
            fault = "it has a record and no state: it is not there, and keeps its cluster from being taken down"
            yield Finding(where=stack, fault=fault, remedy=self._repair(stack))
        elif not record.kept and record.cluster_stack not in stacks:
            fault = f"it stands on {record.cluster_stack}, which has no state"
            remedy = "restore that one from a backup: deployer state restore FILE --stack " + record.cluster_stack
            yield Finding(where=stack, fault=fault, remedy=remedy)

    def _unrecorded(self, stacks: Sequence[str], recorded: Sequence[str]) -> Iterator[Finding]:
        for stack in sorted({*stacks} - {*recorded}):
            document = self._document(stack)
            if stack.endswith(f"-{ACCOUNT}") or document is None or not latest(document).get("resources"):
                continue
            fault = "it has a state and no record: the deployer does not know that it is there"
            remedy = f"deployer deploy {self._place.of_stack(stack)} writes it anew"
            yield Finding(where=stack, fault=fault, remedy=remedy)

    def _runs(self, stacks: Sequence[str]) -> Iterator[Finding]:
        (claims, unreadable), (locks, torn) = self._claims, readable_locks(self._backend, stacks)
        for error in unreadable:
            yield Finding(where="claims", fault=error.fault, remedy=error.remedy)
        for stack in torn:
            yield Finding(where=stack, fault="a lock on it is cut off", remedy=self._repair(stack))
        for kind, lock in (*(("claim", claim) for claim in claims), *(("lock", lock) for lock in locks)):
            if certainly_dead(self._backend, lock):
                fault = f"a {kind} of a run that was killed: {lock}"
                yield Finding(where=lock.stack, fault=fault, remedy=self._repair(lock.stack))
        for path in silent_hearts(self._backend):
            yield Finding(where=path, fault="what a killed run left of itself", remedy=self._repair(""))

    def _fleets(self) -> Iterator[Finding]:
        for lock, journal in Journals(self._backend).killed():
            fault = f"a rollout of several communities ({journal.asked}) was killed: {lock}"
            remedy = f"deployer deploy --resume{self._place.place} goes on with it, {self._repair('')} notes its end"
            yield Finding(where=lock.path, fault=fault, remedy=remedy)
        for path in cut_off(self._backend, JOURNALS):
            fault = "what a rollout of several communities noted is cut off: nobody can go on with it"
            yield Finding(where=path, fault=fault, remedy=self._repair(""))

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
