"""Waits until objects are ready, by the rules of the real provider, and until deleted ones are gone.

Rules and times are from pulumi-kubernetes, provider/pkg/await: awaiters.go, deployment.go, service.go, await.go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from providers.engine.values import Fault, Task, Values
from providers.simulated.kubernetes import readiness
from providers.simulated.kubernetes.annotations import set_to_true, timeout_seconds
from providers.simulated.kubernetes.api import Api, Refused, Unreachable

READY_SECONDS = 600.0
GONE_SECONDS = 600.0
SOONEST_SECONDS = 0.05
LATEST_SECONDS = 1.0
# Kinds for which the real provider gives up sooner.
_SOONER = {"PersistentVolume": 300.0, "PersistentVolumeClaim": 300.0}


class NotReady(Exception):  # noqa: N818 - an answer, not a fault
    """It is there and did not become ready: why, as far as the server tells."""


def wait_until_ready(api: Api, task: Task, made: Values) -> None:
    """Raises NotReady after the object's time, at once when it cannot become ready, and when it is interrupted."""
    name = made["metadata"]["name"]
    if set_to_true(made, "skipAwait"):
        return
    path = api.path_of(made)
    seconds = timeout_seconds(made, task, _SOONER.get(made["kind"], READY_SECONDS))
    why: list[str] = []

    def ready() -> bool:
        live = api.get(path)
        if live is None:
            raise NotReady("it was deleted while it was waited for")
        why[:] = readiness.lacking(api, live)
        if why:
            task.progress(why[0])
        return not why

    try:
        if not _within(seconds, ready, task):
            raise NotReady(f"'{name}' timed out waiting to be Ready after {seconds:.0f} s: {'; '.join(why)}")
    except readiness.Hopeless as hopeless:
        raise NotReady(str(hopeless)) from None
    except (Refused, Unreachable) as refusal:
        raise NotReady(str(refusal)) from None
    except InterruptedError:
        raise NotReady(f"interrupted while waiting for '{name}'; run the same command again to go on") from None


def wait_until_gone(api: Api, task: Task, path: str, outputs: Mapping[str, Any]) -> None:
    """Raises Fault when it is still there after its time, with what holds it; Refused and Unreachable."""
    seconds = timeout_seconds(outputs, task, GONE_SECONDS)
    uid = (outputs.get("metadata") or {}).get("uid")
    left: list[Values] = []

    def gone() -> bool:
        live = api.get(path)
        left[:] = [live] if live else []
        return live is None or (uid is not None and live["metadata"].get("uid") != uid)

    try:
        if _within(seconds, gone, task):
            return
    except InterruptedError:
        raise Fault("interrupted while waiting until it is gone", "run the same command again to go on") from None
    about = left[0]["metadata"]
    held = ", ".join(about.get("finalizers") or []) or "nothing that the API server tells of"
    raise Fault(f"'{about['name']}' timed out waiting to be deleted after {seconds:.0f} s; it is held by {held}")


def _within(seconds: float, done: Callable[[], bool], task: Task) -> bool:
    """Whether it comes true in time; raises InterruptedError."""
    deadline, pause = time.monotonic() + seconds, SOONEST_SECONDS
    while not done():
        if time.monotonic() > deadline:
            return False
        if task.cancelled.wait(min(pause, max(0.0, deadline - time.monotonic()))):
            raise InterruptedError
        pause = min(pause * 1.5, LATEST_SECONDS)
    return True
