"""Brings up one stack and, for a hub, uses it as a person would; keeps records all along."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from components.hub.layout import SCRATCH
from deployer.errors import DeployerError, GateFailed
from deployer.rollout.asked import settings_kept
from deployer.rollout.health import Expectations, GpuExpectation, HealthResult, HubTarget, Step, check_hub
from deployer.rollout.health.palette import gpu_profile
from deployer.rollout.health.result import ENTRANCE
from deployer.rollout.health.target import SETTLING_SECONDS
from deployer.rollout.ledger import Back, Health, Ledger, Record, now
from deployer.rollout.passing import again_while_passing
from deployer.rollout.plan import NOT_CHECKED, program
from deployer.rollout.progress import CheckRemark, CheckStep, Listener, Note, StepDone, StepStarted
from deployer.rollout.rendered import rendered
from deployer.rollout.subject import Subject

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine, Outcome
    from deployer.rollout.engine.events import Change


@dataclass(frozen=True, kw_only=True)
class Builder:
    """What bringing up a community's stacks needs."""

    subject: Subject
    engine: Engine
    ledger: Ledger
    listen: Listener
    back: Back | None = None
    """Where its stages go back to earlier inputs."""

    def begin(self, part: str) -> None:
        """Record that work on a part is under way: it promises nothing, and the cluster has somebody on it."""
        stack = self.subject.stack(part)
        before = self.ledger.read(stack) or Record(
            cluster_stack=self.subject.cluster_stack, provider=self.subject.cluster.provider
        )
        self.ledger.write(stack, before.unfinished())

    def bring_up(self, part: str) -> Outcome:
        """Make a part what its program says.

        Until the record is written at the end, it promises nothing: whatever interrupts this, the next run sees so.
        """
        stack = self.subject.stack(part)
        began = time.monotonic()
        self.listen(StepStarted(step=part))
        self.begin(part)
        outcome = again_while_passing(
            lambda: self.engine.up(stack, program(self.subject, part)), self.listen, self.engine.interruption
        )
        digests = self.subject.digests
        self.ledger.write(
            stack,
            Record(
                cluster_stack=self.subject.cluster_stack,
                provider=self.subject.cluster.provider,
                inputs=digests.inputs(part),
                asked=digests.asked(part),
                asked_rollout=digests.asked_rollout,
                rendered=rendered(self.subject, part),
                url=outcome.outputs.get("url", ""),
                facts=dict(outcome.outputs.get("facts") or {}),
                settings=settings_kept(self.subject, part),
                deployed_at=now(),
                deployer_version=version("hubs"),
                back=self.back,
            ),
        )
        self.listen(StepDone(step=part, seconds=time.monotonic() - began, detail=counted(outcome.changes)))
        return outcome

    def leave_unchecked(self, stage: str) -> None:
        """Record that a stage is up as part of this rollout, where nothing is there that a person could use."""
        stack = self.subject.stack(stage)
        record = self.ledger.read(stack)
        if record is not None:
            self.ledger.write(stack, record.unchecked(self.subject.digests.rollout))
        self.listen(Note(text=f"{stack}: {NOT_CHECKED}"))

    def check(self, stage: str, outputs: Mapping[str, Any]) -> HealthResult:
        """Use a hub that is up as a person would, and record how it went.

        Raises GateFailed when it is not healthy.
        """
        stack = self.subject.stack(stage)
        step = f"{stage} health"
        self.listen(StepStarted(step=step))
        target = hub_target(self.subject, stage, outputs, settling=True)
        remarks = CheckRemarks(stack, self.listen)
        result = check_hub(target, on_step=remarks.step, on_start=remarks.start, on_told=remarks.told)
        record = self.ledger.read(stack)
        if record is not None:
            rollout = self.subject.digests.rollout
            self.ledger.write(stack, record.checked(Health.of(result), rollout))
        if not result.healthy:
            raise unhealthy(stack, stage, result)
        self.listen(StepDone(step=step, seconds=result.seconds, detail=f"{len(result.steps)} steps passed"))
        return result


def hub_target(
    subject: Subject, stage: str, outputs: Mapping[str, Any], *, settling: bool = False, gpu: bool = False
) -> HubTarget:
    """What the health check needs, from a stack's outputs.

    `settling` says that it was deployed just now; with `gpu` a server with a GPU is started too. Raises DeployerError
    where that is asked for and there is none.
    """
    deployment, facts = subject.deployments[stage], outputs["facts"]
    expects = Expectations.of(
        deployment,
        on_cluster=subject.cloud.nodes_come_and_go,
        scratch_bucket=SCRATCH in (facts.get("buckets") or {}),
    )
    return HubTarget(
        url=outputs["url"],
        api_token=outputs["health_token"],
        password=outputs.get("password"),
        expects=replace(expects, gpu=_gpu(subject, stage)) if gpu else expects,
        logs=subject.cloud.runtime(facts),
        settling_seconds=SETTLING_SECONDS if settling and subject.cloud.nodes_come_and_go else 0.0,
    )


def _gpu(subject: Subject, stage: str) -> GpuExpectation:
    hub = subject.deployments[stage].hub
    found = gpu_profile(hub)
    if found is None:
        some = any(profile.gpu for profile in hub.profiles)
        why = "every profile with GPUs is for groups alone, and the check's user is in none" if some else "none"
        raise DeployerError(
            f"{subject.stack(stage)} has no profile with GPUs that everyone may use" + (f": {why}" if some else ""),
            remedy=f"deployer health {subject.name}, without --gpu",
        )
    return found


def unhealthy(stack: str, stage: str, result: HealthResult) -> GateFailed:
    """The error for a hub that is up and cannot be used."""
    community = stack.removesuffix(f"-{stage}")
    fault = result.fault
    if fault is None:
        raise ValueError("a healthy hub fails no gate")
    lines = "".join(f"\n    {line}" for line in fault.log)
    log = f"last lines of the log of {fault.log_part}:{lines}\n  " if lines else ""
    logs = f"deployer logs {community} --stage {stage} --part {fault.part}"
    look = f"deployer status {community}" if fault.part == ENTRANCE else logs
    return GateFailed(
        f"{stack} is up but not healthy: {fault.step}: {fault.seen}",
        left=f"{log}{stack} stays up for you to look at: {result.url}",
        remedy=f"{look}; then deployer deploy {community}",
    )


def counted(changes: Sequence[Change]) -> str:
    """What happened in a few words: "3 created, 1 updated"."""
    past = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
    counts: dict[str, int] = {}
    for change in changes:
        if change.custom and change.operation in past:
            counts[change.operation] = counts.get(change.operation, 0) + 1
    return ", ".join(f"{count} {past[operation]}" for operation, count in counts.items()) or "unchanged"


class CheckRemarks:
    """Tells a rollout's listener of a check under way."""

    def __init__(self, stack: str, listen: Listener) -> None:
        self._stack = stack
        self._listen = listen
        self._step = ""

    def start(self, name: str) -> None:
        """A step begins."""
        self._step = name

    def told(self, text: str) -> None:
        """Something is said of a step that takes long."""
        self._listen(CheckRemark(stack=self._stack, name=self._step, text=text))

    def step(self, step: Step) -> None:
        """A step ended."""
        self._listen(
            CheckStep(stack=self._stack, name=step.name, seconds=step.seconds, passed=step.passed, detail=step.detail)
        )
