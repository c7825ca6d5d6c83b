"""What a resource of this provider is: plain values in, plain values out, nothing about gRPC."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Values = dict[str, Any]


class Unknown:
    """What only a real run will tell; the engine passes it in previews."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Failure:
    """An input that cannot be used."""

    property: str
    """Path of the input, e.g. "memory_gib"; empty for the resource as a whole."""
    reason: str


class Fault(Exception):  # noqa: N818 - how this code speaks of what went wrong
    """Something that could not be done, in words for whoever asked for it."""

    def __init__(self, fault: str, remedy: str = "") -> None:
        super().__init__(f"{fault}; {remedy}" if remedy else fault)


class HalfDone(Fault):
    """A resource that exists but is not as asked: goes into the state, and the next run goes on from there."""

    def __init__(self, fault: str, *, identity: str, outputs: Values) -> None:
        super().__init__(fault)
        self.identity = identity
        self.outputs = outputs


@dataclass(frozen=True)
class Task:
    """One request of the engine, as much as a resource needs to know of it."""

    urn: str
    tell: Callable[[str, str, bool], None] = lambda *_: None
    """Takes severity, text, and whether the line may be replaced by the next one."""
    cancelled: threading.Event = field(default_factory=threading.Event)

    def say(self, text: str) -> None:
        """Something worth keeping on the screen."""
        self.tell("info", text, False)

    def progress(self, text: str) -> None:
        """What is going on right now."""
        self.tell("info", text, True)

    def warn(self, text: str) -> None:
        """Something that needs a person's eye."""
        self.tell("warning", text, False)

    def stop_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise Fault("interrupted", "run the same command again to go on")


class Resource(Protocol):
    """One kind of resource.

    `inputs` are as `check` returned them, `outputs` the inputs and what create, read or update added. An output `drift`
    that is not empty tells how reality differs from what was deployed, in words, and makes the next run update.
    """

    replaced_by: frozenset[str]
    """Inputs whose change needs a new resource."""
    deleted_before_replaced: bool
    secret_outputs: frozenset[str]

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        """Complete and judge inputs, of which some may be UNKNOWN. Changes nothing."""
        ...

    def foretell(self, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        """Outputs as far as a preview can know them; `outputs` are those of the existing resource."""
        ...

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        """Make it, or go on where an interrupted run stopped; its identity and its outputs."""
        ...

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values | None:
        """Outputs as they are now; None when it is gone."""
        ...

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        """Change it in place; the new outputs."""
        ...

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        """Take it away; nothing happens when it is gone already."""
        ...


def known(value: Any) -> bool:
    """Whether nothing in a value waits for a real run."""
    if isinstance(value, dict):
        return all(map(known, value.values()))
    if isinstance(value, list):
        return all(map(known, value))
    return not isinstance(value, Unknown)
