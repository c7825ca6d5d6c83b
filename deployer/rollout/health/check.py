"""The way in: one call that uses a hub as a person would."""

from __future__ import annotations

from collections.abc import Callable

from deployer.rollout.health.result import HealthResult, Step
from deployer.rollout.health.target import DEADLINE_SECONDS, HubTarget


def _nothing(_: str) -> None:
    """Nobody wants to hear of beginnings."""


def check_hub(
    target: HubTarget,
    *,
    on_step: Callable[[Step], None],
    on_start: Callable[[str], None] = _nothing,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> HealthResult:
    """Use a hub as a person would; `on_step` hears of each step as it ends, `on_start` its name as it begins.

    Ends at the deadline whatever the hub does, and at most CLEARING_SECONDS later when there is a user to remove.
    Ctrl-C ends it too, after the same clearing away. Never raises for what a hub does: that is the result's fault.
    """
    # Reading old results must not cost the import of an HTTP client.
    import asyncio

    from deployer.rollout.health.running import Check

    return asyncio.run(Check(target, on_step, on_start, deadline_seconds).run())
