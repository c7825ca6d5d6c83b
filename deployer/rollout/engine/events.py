"""What the engine tells while it works, gathered and passed on in our own terms."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi.automation.events import DiagnosticEvent, EngineEvent, StepEventMetadata
from pulumi.runtime.rpc import UNKNOWN

from deployer.rollout.progress import Listener, Operation, ResourceDone, ResourceRemark, ResourceStarted

ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|<\{%[^%]*%\}>")
NOT_KNOWN_YET: Final = "(not known yet)"
"""In inputs, what stands for values that only the deploy will bring."""
OPERATIONS: Final[Mapping[str, Operation]] = {
    "create": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
    "refresh": "refresh",
    "read": "read",
    "same": "same",
}
"""Steps that count; the others are halves of a replacement or bookkeeping."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One resource, and what the engine did to it or would do."""

    urn: str
    type: str
    name: str
    operation: Operation
    properties: tuple[str, ...] = ()
    """Of an update or replacement: the inputs that differ."""
    inputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """As the program gave them; secrets are masked."""
    custom: bool = True
    """False for components, which only group others."""

    @property
    def kind(self) -> str:
        """Last word of the type: "Hub" of "localhub:index:Hub"."""
        return self.type.rpartition(":")[2]


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """An error that the engine or a provider reported."""

    urn: str
    """Of the resource it concerns; empty when it concerns the whole."""
    message: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a provider said of a resource."""

    urn: str
    message: str


class Events:
    """Gathers one operation's events; its methods are called from the engine's threads."""

    def __init__(self, stack: str, listen: Listener) -> None:
        self.changes: dict[str, Change] = {}
        self.drifted: dict[str, Change] = {}
        """What a refresh found to differ from the state: gone (delete) or changed (update)."""
        self.complaints: list[Complaint] = []
        self.remarks: list[Remark] = []
        self.begun: dict[str, tuple[Change, float]] = {}
        """Begun and not ended, with when."""
        self._stack = stack
        self._listen = listen
        self._ended = threading.Event()

    def __call__(self, event: EngineEvent) -> None:
        """Take one event."""
        if event.resource_pre_event:
            self._started(event.resource_pre_event.metadata)
        elif event.res_outputs_event:
            self._finished(event.res_outputs_event.metadata)
        elif event.diagnostic_event:
            self._said(event.diagnostic_event)
        elif event.cancel_event:
            self._ended.set()

    def wait(self) -> None:
        """Wait for the last event: the engine may exit before our threads have taken all it sent."""
        self._ended.wait(timeout=5)

    def _started(self, step: StepEventMetadata) -> None:
        change = _change(step)
        if change is None:
            return
        self.begun[change.urn] = (change, time.monotonic())
        if _worth_telling(change):
            self._listen(
                ResourceStarted(stack=self._stack, kind=change.kind, name=change.name, operation=change.operation)
            )

    def _finished(self, step: StepEventMetadata) -> None:
        change = _change(step)
        if change is None:
            return
        _, begun = self.begun.pop(change.urn, (change, time.monotonic()))
        if change.operation == "refresh":
            drift = _drift(change, step)
            if drift is not None:
                self.drifted[change.urn] = drift
            return
        self.changes[change.urn] = change
        if _worth_telling(change):
            self._listen(
                ResourceDone(
                    stack=self._stack,
                    kind=change.kind,
                    name=change.name,
                    operation=change.operation,
                    seconds=time.monotonic() - begun,
                )
            )

    def _said(self, diagnostic: DiagnosticEvent) -> None:
        if diagnostic.severity == "error":
            message = ANSI.sub("", diagnostic.message).strip()
            self.complaints.append(Complaint(urn=diagnostic.urn or "", message=message))
        elif diagnostic.urn and "pulumi:pulumi:Stack" not in diagnostic.urn and diagnostic.severity != "debug":
            self._remarked(diagnostic.urn, ANSI.sub("", diagnostic.message).strip(), diagnostic)

    def _remarked(self, urn: str, message: str, diagnostic: DiagnosticEvent) -> None:
        passing = bool(diagnostic.ephemeral)
        if diagnostic.severity.startswith("info") and not passing:
            self.remarks.append(Remark(urn=urn, message=message))
        kind, name = kind_and_name(urn)
        self._listen(ResourceRemark(stack=self._stack, kind=kind, name=name, text=message, passing=passing))


def _change(step: StepEventMetadata) -> Change | None:
    operation = OPERATIONS.get(str(getattr(step.op, "value", step.op)))
    kind = step.type
    if operation is None or kind == "pulumi:pulumi:Stack" or kind.startswith("pulumi:providers:"):
        return None
    state = step.new or step.old
    return Change(
        urn=step.urn,
        type=kind,
        name=step.urn.rpartition("::")[2],
        operation=operation,
        properties=tuple(sorted(step.detailed_diff or step.diffs or ())),
        inputs=_readable(state.inputs or {}) if state else {},
        custom=bool(state and state.custom),
    )


def _readable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _readable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return NOT_KNOWN_YET if value == UNKNOWN else value


def kind_and_name(urn: str) -> tuple[str, str]:
    """Last word of its type, and its name: of urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>."""
    kind, _, name = urn.rpartition("::")
    return kind.rpartition(":")[2], name


def _drift(change: Change, step: StepEventMetadata) -> Change | None:
    if not change.custom:
        return None
    if step.new is None:
        return _as(change, "delete", ())
    old = dict(step.old.outputs or {}) if step.old else {}
    new = dict(step.new.outputs or {})
    differing = tuple(sorted(key for key in {*old, *new} if old.get(key) != new.get(key)))
    return _as(change, "update", differing) if differing else None


def _as(change: Change, operation: Operation, properties: tuple[str, ...]) -> Change:
    return Change(urn=change.urn, type=change.type, name=change.name, operation=operation, properties=properties)


def _worth_telling(change: Change) -> bool:
    return change.custom and change.operation not in ("same", "refresh", "read")
