"""Brings up one stack and, for a hub, uses it as a person would; keeps records all along."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from deployer.errors import GateFailed
from deployer.rollout.health import Expectations, HealthResult, HubTarget, Step, check_hub
from deployer.rollout.ledger import Health, Ledger, Record, now
from deployer.rollout.plan import NOT_CHECKED, program
from deployer.rollout.progress import CheckStep, Listener, Note, StepDone, StepStarted
from deployer.rollout.subject import CLUSTER, Subject

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
        outcome = self.engine.up(stack, program(self.subject, part))
        digests = self.subject.digests
        self.ledger.write(
            stack,
            Record(
                cluster_stack=self.subject.cluster_stack,
                provider=self.subject.cluster.provider,
                inputs=digests.cluster if part == CLUSTER else digests.stages[part],
                url=outcome.outputs.get("url", ""),
                facts=dict(outcome.outputs.get("facts") or {}),
                deployed_at=now(),
                deployer_version=version("hubs"),
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
        target = hub_target(self.subject, stage, outputs)
        result = check_hub(target, on_step=lambda done: self.listen(_told(stack, done)))
        record = self.ledger.read(stack)
        if record is not None:
            rollout = self.subject.digests.rollout
            self.ledger.write(stack, record.checked(Health.of(result), rollout))
        if not result.healthy:
            raise unhealthy(stack, stage, result)
        self.listen(StepDone(step=step, seconds=result.seconds, detail=f"{len(result.steps)} steps passed"))
        return result


def hub_target(subject: Subject, stage: str, outputs: Mapping[str, Any]) -> HubTarget:
    """What the health check needs, from a stack's outputs."""
    return HubTarget(
        url=outputs["url"],
        api_token=outputs["health_token"],
        password=outputs.get("password"),
        expects=Expectations.of(subject.deployments[stage]),
        logs=subject.cloud.runtime(outputs["facts"]),
    )


def unhealthy(stack: str, stage: str, result: HealthResult) -> GateFailed:
    """The error for a hub that is up and cannot be used."""
    community = stack.removesuffix(f"-{stage}")
    fault = result.fault
    if fault is None:
        raise ValueError("a healthy hub fails no gate")
    lines = "".join(f"\n    {line}" for line in fault.log)
    log = f"last lines of the log of {fault.log_part}:{lines}\n  " if lines else ""
    return GateFailed(
        f"{stack} is up but not healthy: {fault.step}: {fault.seen}",
        left=f"{log}{stack} stays up for you to look at: {result.url}",
        remedy=f"deployer logs {community} --stage {stage} --part {fault.part}; then deployer deploy {community}",
    )


def counted(changes: Sequence[Change]) -> str:
    """What happened in a few words: "3 created, 1 updated"."""
    past = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
    counts: dict[str, int] = {}
    for change in changes:
        if change.custom and change.operation in past:
            counts[change.operation] = counts.get(change.operation, 0) + 1
    return ", ".join(f"{count} {past[operation]}" for operation, count in counts.items()) or "unchanged"


def _told(stack: str, step: Step) -> CheckStep:
    return CheckStep(stack=stack, name=step.name, seconds=step.seconds, passed=step.passed, detail=step.detail)
