"""Stacks of a change, each looked at by the real engine; one that cannot be keeps no other from it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from deployer.affected.pairs import Pair
from deployer.comparison.base import BaseWorld
from deployer.comparison.danger import dangers, spared
from deployer.comparison.places import from_root, problems_from_root
from deployer.comparison.result import CHANGING, StackPreview
from deployer.comparison.scope import Scope
from deployer.config.clusters import load_cluster
from deployer.config.document import Path
from deployer.config.fleet import Loaded
from deployer.config.setting_changes import Changes, Locate, changes, cluster_changes, kept
from deployer.errors import BadInput, DeployerError, Interrupted, Place
from deployer.rollout.engine.backend import Backend
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.opening import open_engine
from deployer.rollout.plan import program
from deployer.rollout.progress import Listener, StepDone, StepStarted
from deployer.rollout.refused_values import refuse_bad_values
from deployer.rollout.subject import CLUSTER, Subject, load_subject, load_subjects
from deployer.rollout.target import Target

if TYPE_CHECKING:
    from deployer.comparison.danger import Danger
    from deployer.rollout.engine.engine import Engine, Outcome
    from deployer.rollout.engine.events import Change


class Looking:
    """Previews under way; `world` is None where the real state is looked at."""

    def __init__(
        self,
        scope: Scope,
        world: BaseWorld | None,
        *,
        interruption: Interruption,
        listen: Listener,
    ) -> None:
        self._scope = scope
        self._world = world
        self._interruption = interruption
        self._listen = listen
        self._pairs = {pair.name: pair for pair in scope.pairs}
        self._subjects: dict[tuple[str, bool], Subject | DeployerError] = {}
        """By name, and whether it is a cluster alone."""
        self._engines: dict[str, Engine | DeployerError] = {}
        self._running: dict[tuple[str, str], Future[StackPreview]] = {}

    def begin(self, pool: ThreadPoolExecutor, work: Sequence[tuple[str, str]]) -> None:
        """Load what is looked at while the base comes up, then look at all of it side by side: (name, part)."""
        if not work:
            return
        self._load([name for name, part in work if part == CLUSTER], [name for name, part in work if part != CLUSTER])
        for subject in self._subjects.values():
            if isinstance(subject, Subject):
                self._open(subject)
        if self._world is not None:
            began = time.monotonic()
            self._listen(StepStarted(step="what stood before"))
            self._world.wait()
            self._listen(StepDone(step="what stood before", seconds=time.monotonic() - began))
        for name, part in work:
            self._running[name, part] = pool.submit(self._look, name, part)

    def result(self, name: str, part: str) -> StackPreview:
        return self._running[name, part].result()

    def unsound(self, pair: Pair) -> StackPreview:
        """What is wrong with a community's file."""
        assert isinstance(pair.after, BadInput)
        return StackPreview(part="", stack=pair.name, **self._refused(pair.after))

    def _load(self, clusters: Sequence[str], communities: Sequence[str]) -> None:
        for name in clusters:
            try:
                self._subjects[name, True] = load_subject(self._target(name, alone=True))
            except DeployerError as error:
                self._subjects[name, True] = error
        targets = [self._target(name) for name in dict.fromkeys(communities)]
        for name, subject in load_subjects(targets).items():
            self._subjects[name, False] = subject

    def _target(self, name: str, *, alone: bool = False) -> Target:
        project = self._scope.head
        if self._world is None:
            return Target(project=project, name=name, alone=alone)
        return self._world.target(project, name, alone=alone)

    def _open(self, subject: Subject) -> None:
        provider = subject.cluster.provider
        if provider in self._engines:
            return
        try:
            self._engines[provider] = open_engine(
                subject.target,
                provider=provider,
                tools=subject.cloud.tools,
                interruption=self._interruption,
                listen=self._listen,
            )
        except DeployerError as error:
            self._engines[provider] = error

    def _look(self, name: str, part: str) -> StackPreview:
        if self._interruption.count:
            raise Interrupted("interrupted", left="nothing was touched")
        subject = self._subjects[name, part == CLUSTER]
        if isinstance(subject, DeployerError):
            return StackPreview(part=part, stack=f"{name}-{part}", **self._refused(subject))
        stack, began = subject.stack(part), time.monotonic()
        self._listen(StepStarted(step=stack))
        preview = StackPreview(
            part=part, stack=stack, fresh=not self._stands(subject, part), asked=self._asked(subject, part)
        )
        try:
            preview = self._with_resources(preview, subject, part)
        except Interrupted:
            raise
        except DeployerError as error:
            preview = replace(preview, **self._refused(error), dangers=list(self._spared(preview, subject, error)))
        self._listen(StepDone(step=stack, seconds=time.monotonic() - began))
        return preview

    def _with_resources(self, preview: StackPreview, subject: Subject, part: str) -> StackPreview:
        """Raises DeployerError for what is refused, by the charts, the cloud or the engine."""
        if self._world is not None and preview.stack in self._world.failures:
            return replace(preview, failure=f"what stood before could not be brought up: {self._why(preview.stack)}")
        engine = self._engines[subject.cluster.provider]
        if isinstance(engine, DeployerError):
            raise engine
        refuse_bad_values(subject, [part])
        if part == CLUSTER:
            self._refuse_impossible(subject)
        known = part != CLUSTER and self._stands(subject, part) and self._stands(subject, CLUSTER)
        outcome = engine.preview(
            preview.stack, program(subject, part, cluster_known=known), refresh=self._world is None
        )
        changed = list(_changing(outcome, mended=self._world is None))
        return replace(
            preview,
            changes=changed,
            drifted=sorted(outcome.drifted, key=lambda change: (change.kind, change.name)),
            dangers=list(dangers(preview.stack, changed, subject.cloud, self._guarded)),
        )

    def _spared(self, preview: StackPreview, subject: Subject, error: DeployerError) -> Iterator[Danger]:
        state = None if preview.fresh else self._backend.stack(preview.stack)
        return spared(preview.stack, state.resources if state else (), subject.cloud, error)

    @property
    def _guarded(self) -> Collection[str]:
        # The real state's own protection makes the engine itself refuse.
        return self._world.guarded if self._world is not None else ()

    def _why(self, stack: str) -> str:
        return self._world.failures[stack] if self._world is not None else ""

    def _refuse_impossible(self, subject: Subject) -> None:
        """Raises BadInput for an edit that the cluster that stands cannot follow."""
        problems = subject.problems(subject.cloud.change_refusals(self._facts(subject.cluster_stack), subject.cluster))
        if problems:
            raise BadInput(problems, fault=f"{subject.cluster_name} cannot be changed like that")

    def _located(self, locate: Locate) -> Locate:
        def located(path: Path) -> tuple[Place, str]:
            place, words = locate(path)
            return from_root(place, self._scope.head.root), words

        return located

    def _refused(self, error: DeployerError) -> dict[str, Any]:
        problems = error.problems if isinstance(error, BadInput) else ()
        return {"problems": problems_from_root(problems, self._scope.head.root), "failure": error.fault}

    def _facts(self, stack: str) -> Mapping[str, Any]:
        if self._world is not None:
            facts: Mapping[str, Any] = self._world.facts.get(stack) or {}
            return facts
        record = self._ledger.read(stack)
        return record.facts if record else {}

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self._backend.files)

    @cached_property
    def _backend(self) -> Backend:
        return Backend(self._target("").settings)

    def _stands(self, subject: Subject, part: str) -> bool:
        return self._backend.exists(subject.stack(part))

    def _asked(self, subject: Subject, part: str) -> Changes | None:
        """Settings and values that differ; None where the file is new."""
        if part == CLUSTER:
            try:
                before = load_cluster(self._scope.base, subject.cluster_name).cluster
            except BadInput:
                return None
            locate = load_cluster(subject.project, subject.cluster_name).locate
            return cluster_changes(before.model_dump(mode="json"), subject.cluster, self._located(locate))
        pair = self._pairs[subject.name]
        if not isinstance(pair.before, Loaded):
            return None
        old = next(each for stage, each in pair.before.deployments.items() if stage == part)
        return changes(kept(old), subject.deployments[part], self._located(subject.layers[part].locate))


def _changing(outcome: Outcome, *, mended: bool) -> Iterator[Change]:
    """What would be done, in an order that is the same each time; without what only mends a drift."""
    drift = {change.urn: set(change.properties) for change in outcome.drifted} if mended else {}
    effective = [change for change in outcome.changes if change.custom and change.operation in CHANGING]
    for change in sorted(effective, key=lambda change: (CHANGING.index(change.operation), change.kind, change.name)):
        drifted = drift.get(change.urn)
        if drifted is not None and (change.operation == "create" or set(change.properties) <= drifted):
            continue
        yield change
