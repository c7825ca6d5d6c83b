"""A rollout: what the hubs stand on, then staging, a real check, then prod, and the check again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from deployer.errors import DeployerError, GateFailed, Interrupted
from deployer.project import Project
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import read_settings
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.plan import CLUSTER, Plan, make_plan, stack_name
from deployer.rollout.progress import Listener, Note, StepDone, StepStarted
from deployer.rollout.standing import Standing, standings
from deployer.rollout.subject import Subject, load_subject
from schemas.stage import STAGES


@dataclass(frozen=True, kw_only=True)
class StageResult:
    """Where a stage is, and what was done to it."""

    stage: str
    url: str
    changed: bool
    health_seconds: float | None
    """Of the check made now; None when an earlier one still holds."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """A rollout that ended well."""

    community: str
    stages: Sequence[StageResult]
    auth_type: str
    seconds: float
    engine_seconds: float
    """Of those, how long the engine ran; what health checks took stands with the stages."""

    @property
    def changed(self) -> bool:
        return any(stage.changed for stage in self.stages)


def deploy(
    project: Project,
    name: str,
    *,
    stages: Sequence[str] = STAGES,
    show_plan: Callable[[Plan], None],
    interruption: Interruption,
    listen: Listener,
) -> Rollout:
    """Roll a community out, as far as it is not already what its file says.

    Raises BadInput; GateFailed when a stage is not fit to go on from; EngineFailed; Interrupted. Whatever it raises,
    the same call goes on from there.
    """
    began = time.monotonic()
    try:
        subject = load_subject(project, name)
        _warn(subject, listen)
        backend = Backend(read_settings(project))
        run = _Run(subject, Ledger(backend.files), listen)
        run.look(stages)
        if run.work:
            with claimed(backend, name, listen):
                # Again: another run may have ended just now.
                run.look(stages)
                run.gate(stages)
                if run.work:
                    run.go(show_plan, interruption)
        return run.result(stages, time.monotonic() - began)
    except (KeyboardInterrupt, Interrupted) as error:
        left = error.left if isinstance(error, Interrupted) else "what was finished is kept"
        fault = error.fault if isinstance(error, Interrupted) else "interrupted"
        remedy = f"the same command goes on from there: {_command(name, stages)}"
        raise Interrupted(fault, left=left, remedy=remedy) from None


class _Run:
    """One rollout under way."""

    def __init__(self, subject: Subject, ledger: Ledger, listen: Listener) -> None:
        self.subject = subject
        self.ledger = ledger
        self.listen = listen
        self.standing: Mapping[str, Standing] = {}
        self.work: list[str] = []
        """Parts that something must be done to, in their order."""
        self.checked: dict[str, float] = {}
        self.engine_seconds = 0.0

    def look(self, stages: Sequence[str]) -> None:
        """Find out what there is to do, without the engine."""
        subject, digests = self.subject, self.subject.digests
        stacks = [subject.stack(stage) for stage in STAGES]
        self.standing = standings(self.ledger, stacks)
        unsettled = [stage for stage in stages if not self._stage(stage).settled(stage, digests)]
        cluster = self.ledger.read(subject.cluster_stack)
        stands = cluster is not None and cluster.inputs == digests.cluster
        drifted = any(self._stage(stage).drift for stage in stages)
        self.work = [*([] if stands and not drifted else [CLUSTER]), *unsettled]

    def gate(self, stages: Sequence[str]) -> None:
        """Refuse prod ahead of its staging; raises GateFailed."""
        if "prod" not in self.work or "staging" in stages:
            return
        staging = self._stage("staging")
        reason = _unfit(staging, self.subject)
        if reason:
            raise GateFailed(
                f"{self.subject.stack('prod')} may not go ahead of staging: {reason}",
                left="nothing was changed",
                remedy=f"deployer deploy {self.subject.name} rolls out staging first",
            )

    def go(self, show_plan: Callable[[Plan], None], interruption: Interruption) -> None:
        """Do what there is to do."""
        # Only now: the engine and the health check are not to be paid for when nothing changed.
        from deployer.rollout.opening import open_engine
        from deployer.rollout.stage import Builder

        subject = self.subject
        engine = open_engine(
            subject.project, subject.name, tools=subject.cloud.tools, interruption=interruption, listen=self.listen
        )
        for stack, standing in self.standing.items():
            for line in standing.drift:
                self.listen(Note(text=f"{stack}: {line}", severity="warning"))
        for part in self.work:
            engine.settle(stack_name(subject, part))
        began = time.monotonic()
        self.listen(StepStarted(step="plan"))
        plan = make_plan(subject, engine, self.work)
        self.listen(StepDone(step="plan", seconds=time.monotonic() - began))
        show_plan(plan)
        builder = Builder(subject=subject, engine=engine, ledger=self.ledger, listen=self.listen)
        for part in self.work:
            with _naming_what_is_spared(part, self.work):
                outputs = builder.bring_up(part)
                if part != CLUSTER:
                    self.checked[part] = builder.check(part, outputs).seconds
        self.engine_seconds = engine.busy_seconds

    def result(self, stages: Sequence[str], seconds: float) -> Rollout:
        """What to tell at the end."""
        found = []
        for stage in stages:
            record = self.ledger.read(self.subject.stack(stage))
            found.append(
                StageResult(
                    stage=stage,
                    url=record.url if record else "",
                    changed=stage in self.checked,
                    health_seconds=self.checked.get(stage),
                )
            )
        auth_type = self.subject.any.hub.auth.type
        return Rollout(
            community=self.subject.name,
            stages=found,
            auth_type=auth_type,
            seconds=seconds,
            engine_seconds=self.engine_seconds,
        )

    def _stage(self, stage: str) -> Standing:
        return self.standing[self.subject.stack(stage)]


@contextmanager
def _naming_what_is_spared(part: str, work: Sequence[str]) -> Iterator[None]:
    """Add to an error which later parts were not touched."""
    try:
        yield
    except DeployerError as error:
        later = " and ".join(work[list(work).index(part) + 1 :])
        if later:
            error.left = "; ".join(words for words in (error.left, f"not touched: {later}") if words)
        raise


def _unfit(staging: Standing, subject: Subject) -> str:
    """Why prod may not follow this staging; empty when it may."""
    record, digests = staging.record, subject.digests
    if record is None:
        return "staging is not deployed"
    if record.inputs is None:
        return "the last rollout of staging did not end well"
    if staging.drift:
        return f"staging is not as it was deployed: {staging.drift[0]}"
    if record.health is None or not record.health.passed:
        return "staging did not pass its health check"
    if not staging.settled("staging", digests):
        return "staging was brought up and checked with other inputs"
    return ""


def _warn(subject: Subject, listen: Listener) -> None:
    for problem in subject.warnings:
        listen(Note(text=str(problem), severity="warning"))


def _command(name: str, stages: Sequence[str]) -> str:
    return f"deployer deploy {name}" + (f" --stage {stages[0]}" if len(stages) == 1 else "")
