"""A rollout: what the hubs stand on, then staging, a real check, then prod, and the check again.

A cluster alone is a rollout without stages.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from deployer.errors import DeployerError, GateFailed, Interrupted
from deployer.rollout.adopting import Adoption, adoptions, keep, with_adoptions
from deployer.rollout.charted import require_charts_of
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.gate import unfit
from deployer.rollout.history.bringing_up import BringingUp
from deployer.rollout.history.chronicle import Chronicle
from deployer.rollout.history.going_back import refuse_losses
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Back, Ledger
from deployer.rollout.plan import NOT_CHECKED, Plan, make_plan
from deployer.rollout.possible import refuse_impossible, refuse_unfit
from deployer.rollout.progress import Listener, Note, StepDone, StepStarted
from deployer.rollout.promotion import AS_FILED, Manner, why_prod_waits
from deployer.rollout.result import Rollout, StageResult
from deployer.rollout.standing import Standing, standings
from deployer.rollout.subject import CLUSTER, Subject, load_subject
from deployer.rollout.target import Target
from deployer.state.accounts import note_account, require_own_state
from schemas.stage import STAGES

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine
    from deployer.rollout.stage import Builder


def deploy(
    target: Target,
    *,
    stages: Sequence[str] = STAGES,
    manner: Manner = AS_FILED,
    accept_chart_changes: bool = False,
    show_plan: Callable[[Plan], None],
    interruption: Interruption,
    listen: Listener,
) -> Rollout:
    """Roll a community or a cluster out, as far as it is not already what its file says.

    `manner` says how to go about prod. With `accept_chart_changes` somebody read what breaks between the charts that
    are installed and those to come.

    Raises BadInput; GateFailed when a stage is not fit to go on from; EngineFailed; Interrupted. Whatever it raises,
    the same call goes on from there.
    """
    with repeatable(f"deployer deploy {target}{stage_words(stages)}"):
        subject = load_subject(target)
        for problem in subject.warnings:
            listen(Note(text=str(problem), severity="warning"))
        return roll_out(
            subject,
            stages=stages,
            manner=manner,
            accept_chart_changes=accept_chart_changes,
            show_plan=show_plan,
            interruption=interruption,
            listen=listen,
        )


def roll_out(
    subject: Subject,
    *,
    stages: Sequence[str] = STAGES,
    manner: Manner = AS_FILED,
    accept_chart_changes: bool = False,
    show_plan: Callable[[Plan], None],
    plan_new: bool = True,
    interruption: Interruption,
    listen: Listener,
) -> Rollout:
    """As `deploy`, of what is loaded already. Without `plan_new` what was never there is made without a preview."""
    began = time.monotonic()
    target = subject.target
    backend = Backend(target.settings)
    run = _Run(subject, stages, Ledger(backend.files), listen, manner, interruption)
    run.look()
    if run.work:
        run.require_credentials()
    if run.work or run.adopted:
        with claimed(backend, target, listen):
            note_account(subject, backend)
            # Again: another run may have ended just now.
            run.look()
            run.keep_adopted(backend)
            run.gate()
            if run.work:
                require_charts_of(subject, run.work, run.ledger, backend.files, accepted=accept_chart_changes)
                run.go(show_plan, interruption, plan_new=plan_new)
    return run.result(time.monotonic() - began)


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What `roll_out` would do."""

    parts: Sequence[str]
    """That something would be done to, in their order."""
    adopted: Mapping[str, Adoption]
    """By stack, the cluster's among them: what is to be written down and nothing else."""
    waits: str
    """Why prod would be left alone although something must be done to it; empty when it would not."""


def outlook(
    subject: Subject, *, stages: Sequence[str], ledger: Ledger, listen: Listener, manner: Manner = AS_FILED
) -> Outlook:
    """Found out without the engine; raises BadInput as `roll_out` does."""
    run = _Run(subject, stages, ledger, listen, manner)
    run.look()
    return Outlook(parts=run.work, adopted=run.adopted, waits=run.waits)


class _Run:
    """One rollout under way."""

    def __init__(
        self,
        subject: Subject,
        stages: Sequence[str],
        ledger: Ledger,
        listen: Listener,
        manner: Manner,
        interruption: Interruption | None = None,
    ) -> None:
        """Who only looks needs no interruption."""
        refuse_impossible(subject, ledger)
        self.subject = subject
        self.stages = [stage for stage in subject.stages if stage in stages]
        self.manner = manner
        self.interruption = interruption
        self.chronicle = Chronicle(subject=subject, files=ledger.files, kind=manner.kind)
        self.ledger = ledger
        self.listen = listen
        self.standing: Mapping[str, Standing] = {}
        self.adopted: Mapping[str, Adoption] = {}
        """Stacks that only other code differs in, which makes nothing else of them."""
        self.work: list[str] = []
        """Parts that something must be done to, in their order."""
        self.waits = ""
        """Why prod is left alone although something must be done to it."""
        self.done: dict[str, str] = {}
        self.health_seconds: dict[str, float] = {}
        self.engine_seconds = 0.0

    def look(self) -> None:
        """Find out what there is to do, without the engine."""
        subject, digests = self.subject, self.subject.digests
        stacks = [subject.stack(stage) for stage in subject.stages]
        self.standing = standings(self.ledger, stacks, running=subject.checked)
        records = {stage: self._stage(stage).record for stage in subject.stages}
        self.adopted = adoptions(subject, {CLUSTER: self.ledger.read(subject.cluster_stack), **records})
        self.standing = with_adoptions(self.standing, self.adopted)
        unsettled = [
            stage
            for stage in self.stages
            if not self._stage(stage).settled(stage, digests, checked=self.subject.checked)
        ]
        self.waits = why_prod_waits(subject, self.manner) if "prod" in unsettled else ""
        if self.waits:
            unsettled.remove("prod")
        drifted = any(self._stage(stage).drift for stage in self.stages) and self.manner.kind != "rollback"
        stands = self._cluster_stands() and not drifted
        self.work = [*([] if stands or (self.waits and not unsettled) else [CLUSTER]), *unsettled]

    def keep_adopted(self, backend: Backend) -> None:
        """Write down what was adopted."""
        hubs = {stack: each for stack, each in self.adopted.items() if stack != self.subject.cluster_stack}
        keep(self.ledger, hubs)
        if len(hubs) < len(self.adopted):
            with self._cluster_held(backend):
                keep(self.ledger, self.adopted)

    def require_credentials(self) -> None:
        """Refuse before anything is written where nobody is signed in, or the cluster cannot do it; raises BadInput."""
        from deployer.rollout.opening import begin_to_open, require_credentials

        if not self.subject.target.simulated:
            require_credentials(self.subject.cluster.provider)
        begin_to_open(self.subject.secrets, self.listen)
        require_own_state(self.subject)
        if CLUSTER in self.work:
            refuse_unfit(self.subject)

    def gate(self) -> None:
        """Refuse prod ahead of its staging; raises GateFailed."""
        if "prod" not in self.work or "staging" in self.stages or not self.manner.gated:
            return
        reason = unfit(self._stage("staging"), self.subject, checked=self.subject.checked)
        if reason:
            raise GateFailed(
                f"{self.subject.stack('prod')} may not go ahead of staging: {reason}",
                left="nothing was changed",
                remedy=f"deployer deploy {self.subject.target} rolls out staging first",
            )

    def go(self, show_plan: Callable[[Plan], None], interruption: Interruption, *, plan_new: bool) -> None:
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
        plan = partial(self._plan, engine, show_plan, plan_new=plan_new)
        if not self._begin_beside_others(engine, builder, plan):
            self._begin_with_the_cluster(engine, builder, plan)
        for stage in self._hubs:
            self._bring_up(stage, self._going_back(stage, builder))
        self.engine_seconds = engine.busy_seconds

    def _begin_beside_others(self, engine: Engine, builder: Builder, plan: Callable[[], None]) -> bool:
        """Where the cluster stands: plans of communities on it are made at once, and only a word is said in turn."""
        if CLUSTER in self.work:
            return False
        plan()
        with self._cluster_held(engine.backend):
            if self._cluster_stands():
                self._begin(builder)
                return True
        self.look()  # somebody destroyed or changed it meanwhile
        return False

    def _begin_with_the_cluster(self, engine: Engine, builder: Builder, plan: Callable[[], None]) -> None:
        with self._cluster_held(engine.backend):
            if self._cluster_stands():
                self.look()  # another community's rollout has just brought it up
            plan()
            if CLUSTER in self.work:
                self._bring_up(CLUSTER, builder)
            self._begin(builder)

    def _begin(self, builder: Builder) -> None:
        # While nobody else is at the cluster: from here on it is not destroyed. A prod has its staging there already.
        if self._hubs[:1] == ["staging"]:
            builder.begin("staging")

    @property
    def _hubs(self) -> Sequence[str]:
        return [part for part in self.work if part != CLUSTER]

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
            waits=self.waits,
        )

    def _plan(self, engine: Engine, show_plan: Callable[[Plan], None], *, plan_new: bool) -> None:
        self._prepare_nodes()
        for stack, standing in self.standing.items():
            for line in standing.drift:
                self.listen(Note(text=f"{stack}: {line}", severity="warning"))
        for part in self.work:
            engine.settle(self.subject.stack(part))
        began = time.monotonic()
        self.listen(StepStarted(step="plan"))
        plan = make_plan(self.subject, engine, self.work, new_too=plan_new)
        self.listen(StepDone(step="plan", seconds=time.monotonic() - began))
        show_plan(plan)
        if self.manner.kind == "rollback":
            for each in plan.stacks:
                refuse_losses(each.stack, each.changes, self.subject.cloud.data_types)

    def _prepare_nodes(self) -> None:
        if self.subject.target.simulated:
            from deployer.simulation import prepare

            prepare(self.subject.target.settings, self.subject.cluster_name, self.subject.cluster)

    def _bring_up(self, part: str, builder: Builder) -> None:
        if part == "prod":
            self.waits = why_prod_waits(self.subject, self.manner)  # staging takes its time: a window may have closed
            if self.waits:
                return
        with _naming_what_is_spared(part, self.work):
            going = BringingUp(builder=builder, chronicle=self.chronicle, manner=self.manner, make=self._make)
            going.part(part)

    def _going_back(self, stage: str, builder: Builder) -> Builder:
        """What a rollback brings up is recorded as such."""
        to = self.manner.origin(stage)
        if to is None:
            return builder
        return replace(builder, back=Back(from_number=self.chronicle.stands_on(stage), to_number=to))

    def _make(self, part: str, builder: Builder) -> str:
        from deployer.rollout.stage import counted

        outcome = builder.bring_up(part)
        self.done[part] = counted(outcome.changes)
        if part != CLUSTER and self.subject.checked:
            self.health_seconds[part] = builder.check(part, outcome.outputs).seconds
        elif part != CLUSTER:
            builder.leave_unchecked(part)
        return self.done[part]

    def _cluster_stands(self) -> bool:
        record = self.ledger.read(self.subject.cluster_stack)
        adopted = self.adopted.get(self.subject.cluster_stack)
        if adopted is not None and record == adopted.before:
            record = adopted.after
        if self.manner.kind == "rollback" and record is not None and record.deployed_at is not None:
            return True  # clusters never go back, and do not come forward with a hub that does
        return record is not None and record.inputs == self.subject.digests.cluster

    def _cluster_held(self, backend: Backend) -> AbstractContextManager[None]:
        """Communities take turns with the cluster that they share; a cluster alone is held already."""
        target = self.subject.target
        if target.alone:
            return nullcontext()
        return claimed(backend, target.cluster(self.subject.cluster_name), self.listen, in_turn=self.interruption)

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


@contextmanager
def repeatable(command: str) -> Iterator[None]:
    """An interrupt as an error that tells the command which goes on."""
    try:
        yield
    except (KeyboardInterrupt, Interrupted) as error:
        left = error.left if isinstance(error, Interrupted) else "what was finished is kept"
        fault = error.fault if isinstance(error, Interrupted) else "interrupted"
        raise Interrupted(fault, left=left, remedy=f"the same command goes on from there: {command}") from None


def stage_words(stages: Sequence[str]) -> str:
    """The option that asks for one stage alone, with a space ahead; empty for both."""
    return f" --stage {stages[0]}" if len(stages) == 1 else ""
