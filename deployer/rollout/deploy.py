"""A rollout: what the hubs stand on, then staging, a real check, then prod, and the check again.

A cluster alone is a rollout without stages.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from deployer.errors import DeployerError, GateFailed, Interrupted
from deployer.rollout.charted import require_charts_of
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.gate import unfit
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.plan import NOT_CHECKED, Plan, make_plan
from deployer.rollout.possible import refuse_impossible, refuse_unfit
from deployer.rollout.progress import Listener, Note, StepDone, StepStarted
from deployer.rollout.result import Rollout, StageResult
from deployer.rollout.standing import Standing, standings
from deployer.rollout.subject import CLUSTER, Subject, load_subject
from deployer.rollout.target import Target
from schemas.stage import STAGES

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine
    from deployer.rollout.stage import Builder


def deploy(
    target: Target,
    *,
    stages: Sequence[str] = STAGES,
    accept_chart_changes: bool = False,
    show_plan: Callable[[Plan], None],
    interruption: Interruption,
    listen: Listener,
) -> Rollout:
    """Roll a community or a cluster out, as far as it is not already what its file says.

    With `accept_chart_changes` somebody read what breaks between the charts that are installed and those to come.

    Raises BadInput; GateFailed when a stage is not fit to go on from; EngineFailed; Interrupted. Whatever it raises,
    the same call goes on from there.
    """
    began = time.monotonic()
    try:
        subject = load_subject(target)
        for problem in subject.warnings:
            listen(Note(text=str(problem), severity="warning"))
        backend = Backend(target.settings)
        run = _Run(subject, [stage for stage in subject.stages if stage in stages], Ledger(backend.files), listen)
        run.look()
        if run.work:
            run.require_credentials()
            with claimed(backend, target, listen):
                # Again: another run may have ended just now.
                run.look()
                run.gate()
                if run.work:
                    require_charts_of(subject, run.work, run.ledger, backend.files, accepted=accept_chart_changes)
                    run.go(show_plan, interruption)
        return run.result(time.monotonic() - began)
    except (KeyboardInterrupt, Interrupted) as error:
        left = error.left if isinstance(error, Interrupted) else "what was finished is kept"
        fault = error.fault if isinstance(error, Interrupted) else "interrupted"
        remedy = f"the same command goes on from there: {_command(target, stages)}"
        raise Interrupted(fault, left=left, remedy=remedy) from None


class _Run:
    """One rollout under way."""

    def __init__(self, subject: Subject, stages: Sequence[str], ledger: Ledger, listen: Listener) -> None:
        refuse_impossible(subject, ledger)
        self.subject = subject
        self.stages = stages
        self.ledger = ledger
        self.listen = listen
        self.standing: Mapping[str, Standing] = {}
        self.work: list[str] = []
        """Parts that something must be done to, in their order."""
        self.done: dict[str, str] = {}
        self.health_seconds: dict[str, float] = {}
        self.engine_seconds = 0.0

    def look(self) -> None:
        """Find out what there is to do, without the engine."""
        subject, digests = self.subject, self.subject.digests
        stacks = [subject.stack(stage) for stage in subject.stages]
        self.standing = standings(self.ledger, stacks, running=subject.checked)
        unsettled = [
            stage
            for stage in self.stages
            if not self._stage(stage).settled(stage, digests, checked=self.subject.checked)
        ]
        drifted = any(self._stage(stage).drift for stage in self.stages)
        self.work = [*([] if self._cluster_stands() and not drifted else [CLUSTER]), *unsettled]

    def require_credentials(self) -> None:
        """Refuse before anything is written where nobody is signed in, or the cluster cannot do it; raises BadInput."""
        from deployer.rollout.opening import require_credentials

        if not self.subject.target.simulated:
            require_credentials(self.subject.cluster.provider)
        if CLUSTER in self.work:
            refuse_unfit(self.subject)

    def gate(self) -> None:
        """Refuse prod ahead of its staging; raises GateFailed."""
        if "prod" not in self.work or "staging" in self.stages:
            return
        reason = unfit(self._stage("staging"), self.subject, checked=self.subject.checked)
        if reason:
            raise GateFailed(
                f"{self.subject.stack('prod')} may not go ahead of staging: {reason}",
                left="nothing was changed",
                remedy=f"deployer deploy {self.subject.target} rolls out staging first",
            )

    def go(self, show_plan: Callable[[Plan], None], interruption: Interruption) -> None:
        """Do what there is to do."""
        # Only now: the engine and the health check are not to be paid for when nothing changed.
        from deployer.rollout.opening import open_engine
        from deployer.rollout.stage import Builder

        subject = self.subject
        engine = open_engine(
            subject.target,
            provider=subject.cluster.provider,
            tools=subject.cloud.tools,
            interruption=interruption,
            listen=self.listen,
        )
        builder = Builder(subject=subject, engine=engine, ledger=self.ledger, listen=self.listen)
        with self._cluster_held(engine.backend):
            if self._cluster_stands() and CLUSTER in self.work:
                self.look()  # another community's rollout has just brought it up
            self._prepare_nodes()
            self._plan(engine, show_plan)
            if CLUSTER in self.work:
                self._bring_up(CLUSTER, builder)
            hubs = [part for part in self.work if part != CLUSTER]
            if hubs:
                builder.begin(hubs[0])  # while nobody else is at the cluster: from here on it is not destroyed
        for stage in hubs:
            self._bring_up(stage, builder)
        self.engine_seconds = engine.busy_seconds

    def result(self, seconds: float) -> Rollout:
        """What to tell at the end."""
        subject = self.subject
        found = []
        for stage in self.stages:
            record = self.ledger.read(subject.stack(stage))
            found.append(
                StageResult(
                    stage=stage,
                    url=record.url if record else "",
                    changed=stage in self.done,
                    health_seconds=self.health_seconds.get(stage),
                    note="" if self.subject.checked else NOT_CHECKED,
                )
            )
        return Rollout(
            name=subject.name,
            cluster=subject.cluster_name,
            simulated=subject.target.simulated,
            done=self.done,
            stages=found,
            auth_type=subject.deployments[subject.stages[0]].hub.auth.type if subject.stages else "",
            seconds=seconds,
            engine_seconds=self.engine_seconds,
        )

    def _plan(self, engine: Engine, show_plan: Callable[[Plan], None]) -> None:
        for stack, standing in self.standing.items():
            for line in standing.drift:
                self.listen(Note(text=f"{stack}: {line}", severity="warning"))
        for part in self.work:
            engine.settle(self.subject.stack(part))
        began = time.monotonic()
        self.listen(StepStarted(step="plan"))
        plan = make_plan(self.subject, engine, self.work)
        self.listen(StepDone(step="plan", seconds=time.monotonic() - began))
        show_plan(plan)

    def _prepare_nodes(self) -> None:
        if self.subject.target.simulated:
            from deployer.simulation import prepare

            prepare(self.subject.target.settings, self.subject.cluster_name, self.subject.cluster)

    def _bring_up(self, part: str, builder: Builder) -> None:
        from deployer.rollout.stage import counted

        with _naming_what_is_spared(part, self.work):
            outcome = builder.bring_up(part)
            self.done[part] = counted(outcome.changes)
            if part == CLUSTER:
                return
            if self.subject.checked:
                self.health_seconds[part] = builder.check(part, outcome.outputs).seconds
            else:
                builder.leave_unchecked(part)

    def _cluster_stands(self) -> bool:
        record = self.ledger.read(self.subject.cluster_stack)
        return record is not None and record.inputs == self.subject.digests.cluster

    def _cluster_held(self, backend: Backend) -> AbstractContextManager[None]:
        """Communities take turns with the cluster that they share; a cluster alone is held already."""
        target = self.subject.target
        if target.alone:
            return nullcontext()
        return claimed(backend, target.cluster(self.subject.cluster_name), self.listen, in_turn=True)

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


def _command(target: Target, stages: Sequence[str]) -> str:
    stage = f" --stage {stages[0]}" if len(stages) == 1 else ""
    return f"deployer deploy {target}{stage}"
