"""Runs the steps against a hub, each within its limit and all within one deadline, and clears away what they made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from time import monotonic

from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.http import open_client
from deployer.rollout.health.hub_api import HUB
from deployer.rollout.health.log_lines import last_lines
from deployer.rollout.health.plan import PlannedStep, plan_steps
from deployer.rollout.health.result import Fault, HealthResult, Step
from deployer.rollout.health.session import Session
from deployer.rollout.health.target import CLEARING_SECONDS, HubTarget


class Check:
    """One run of the steps."""

    def __init__(
        self,
        target: HubTarget,
        on_step: Callable[[Step], None],
        on_start: Callable[[str], None],
        on_told: Callable[[str], None],
        deadline_seconds: float,
    ) -> None:
        self.target = target
        self.on_step = on_step
        self.on_start = on_start
        self.on_told = on_told
        self.deadline_seconds = deadline_seconds
        self.started = monotonic()
        self.steps: list[Step] = []

    async def run(self) -> HealthResult:
        """Take the steps and clear away what they made, even when cancelled."""
        fault: Fault | None = None
        left = ""
        async with AsyncExitStack() as resources:
            client = await resources.enter_async_context(open_client(self.target.url))
            session = Session(self.target, client, resources, self.deadline_seconds, self.on_told)
            try:
                fault = await self._take_steps(session)
            finally:
                left = await _clear_away(session)
        return HealthResult(
            url=self.target.url,
            steps=tuple(self.steps),
            seconds=monotonic() - self.started,
            fault=fault,
            left=left,
        )

    async def _take_steps(self, session: Session) -> Fault | None:
        for planned in plan_steps(self.target):
            self.on_start(planned.name)
            began = monotonic()
            try:
                detail = await self._within_limits(planned, session)
            except StepFailed as failed:
                self._note(Step(name=planned.name, seconds=monotonic() - began, passed=False))
                return await asyncio.to_thread(self._fault, planned, failed, session)
            self._note(Step(name=planned.name, seconds=monotonic() - began, passed=True, detail=detail))
        return None

    def _note(self, step: Step) -> None:
        self.steps.append(step)
        self.on_step(step)

    async def _within_limits(self, planned: PlannedStep, session: Session) -> str:
        left_seconds = self.started + self.deadline_seconds - monotonic()
        session.told = ""
        try:
            async with asyncio.timeout(min(planned.limit_seconds, left_seconds)):
                return await planned.work(session)
        except TimeoutError:
            if planned.limit_seconds < left_seconds:
                seen = f"nothing came back within {planned.limit_seconds:g} s"
            else:
                seen = f"the check's {self.deadline_seconds:g} s were over before anything came back"
            if session.told:
                seen += f"; last heard: {session.told}"
            raise StepFailed(seen, part=session.server_part if planned.at_server else HUB) from None

    def _fault(self, planned: PlannedStep, failed: StepFailed, session: Session) -> Fault:
        log_part, lines = last_lines(self.target.logs, failed.part)
        return Fault(
            step=planned.name,
            seen=session.redact(failed.seen),
            part=failed.part,
            log=tuple(session.redact(line) for line in lines),
            log_part=log_part,
        )


async def _clear_away(session: Session) -> str:
    """What could not be cleared away, in words; empty when nothing is left."""
    try:
        async with asyncio.timeout(CLEARING_SECONDS):
            await session.clear_away()
    except StepFailed as failed:
        return session.redact(f"user {session.name} could not be removed: {failed.seen}; the next check removes them")
    except TimeoutError:
        return f"user {session.name} could not be removed in {CLEARING_SECONDS:g} s; the next check removes them"
    return ""
