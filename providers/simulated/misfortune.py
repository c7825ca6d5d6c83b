"""Injected faults, carried out: in the cloud's own words where it has some."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from providers.engine.values import Fault, Task
from providers.simulated.account import Account
from providers.simulated.faults import Injected, crash
from providers.simulated.kinds import Kind

_REFUSALS = ("quota", "throttling", "permission", "capacity")
_STEP_SECONDS = 0.1


def before(operation: str, task: Task, kind: Kind, properties: Mapping[str, Any], account: Account) -> list[Injected]:
    """Raise what keeps the operation from happening at all; what is left strikes afterwards."""
    struck = account.faults.strike(operation, kind.token, task.name)
    for fault in struck:
        if fault.kind == "crash" and not fault.after:
            crash()
        if fault.kind in _REFUSALS:
            told = {**properties, "verb": account.cloud.verbs[operation], "what": fault.what or None}
            template = kind.words.get(fault.kind) or account.cloud.words[fault.kind]
            raise Fault(account.words(template, kind, told, task.name))
    return struck


def after(struck: list[Injected], task: Task) -> None:
    """What strikes once the cloud has begun: waiting, which an interruption ends, and crashes."""
    for fault in struck:
        if fault.kind == "slow":
            _wait(fault.seconds, task)
        if fault.kind == "crash":
            crash()


def unseen_reads(struck: list[Injected]) -> int:
    return max((fault.times or 1 for fault in struck if fault.kind == "not_yet"), default=0)


def _wait(seconds: float, task: Task) -> None:
    start = time.monotonic()
    while (passed := time.monotonic() - start) < seconds:
        task.progress(f"still creating... [{passed:.0f}s elapsed]")
        if task.cancelled.wait(min(_STEP_SECONDS, seconds - passed)):
            task.stop_if_cancelled()
