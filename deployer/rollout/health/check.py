"""The way in: one call that uses a hub as a person would."""

from __future__ import annotations

from collections.abc import Callable

from deployer.rollout.health.result import HealthResult, Step
from deployer.rollout.health.target import HubTarget


def _nothing(_: str) -> None:
    """Nobody wants to hear of it."""


def check_hub(
    target: HubTarget,
    *,
    on_step: Callable[[Step], None],
    on_start: Callable[[str], None] = _nothing,
    on_told: Callable[[str], None] = _nothing,
    deadline_seconds: float | None = None,
) -> HealthResult:
    """Use a hub as a person would; `on_step` hears of each step as it ends, `on_start` its name as it begins.

    `on_told` hears what is said of a step that takes long: what the spawner waits for, what is not there yet.
    Ends at the deadline (by default what the hub's expectations take) whatever the hub does, and at most
    CLEARING_SECONDS later when there is a user to remove.
    Ctrl-C ends it too, after the same clearing away. Never raises for what a hub does: that is the result's fault.
    """
    # Reading old results must not cost the import of an HTTP client.
    import asyncio

    from deployer.rollout.health.running import Check

    limit = deadline_seconds or target.deadline_seconds
    return asyncio.run(Check(target, on_step, on_start, on_told, limit).run())
