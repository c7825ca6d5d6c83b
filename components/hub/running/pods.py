"""What is wrong with a pod, in words people understand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

IMAGE_FAULTS = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError")
CONFIGURATION_FAULTS = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError")


def troubles(pod: Mapping[str, Any]) -> Iterator[str]:
    """A line each; none for a pod that is well, starting, ending or done."""
    status = pod.get("status") or {}
    if pod["metadata"].get("deletionTimestamp") or status.get("phase") in ("Succeeded", "Failed"):
        return
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("reason") == "Unschedulable":
            yield f"finds no node: {condition.get('message', 'no reason is given')}"
    for container in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())):
        waiting = (container.get("state") or {}).get("waiting")
        if waiting:
            yield from _waits(container, waiting)


def _waits(container: Mapping[str, Any], waiting: Mapping[str, Any]) -> Iterator[str]:
    reason, message = waiting.get("reason", ""), waiting.get("message", "")
    if reason in IMAGE_FAULTS:
        yield f"its image {container.get('image')} cannot be fetched: {message or reason}"
    elif reason == "CrashLoopBackOff":
        yield f"starts and ends again and again ({container.get('restartCount', 0)} times): {_ended(container)}"
    elif reason in CONFIGURATION_FAULTS:
        yield f"cannot be started: {message or reason}"


def _ended(container: Mapping[str, Any]) -> str:
    ended = (container.get("lastState") or {}).get("terminated") or {}
    if ended.get("reason") == "OOMKilled":
        return "it took more memory than it may"
    said = str(ended.get("message") or "").strip().splitlines()
    return f"exit code {ended.get('exitCode', 'unknown')}" + (f", {said[-1]}" if said else "")
