"""Plain values, as resources of a plugin take and give them, and what can go wrong with them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Values = dict[str, Any]


class Unknown:
    """What only a real run will tell; the engine passes it in previews."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


def known(value: Any) -> bool:
    """Whether nothing in a value waits for a real run."""
    if isinstance(value, Mapping):
        return all(map(known, value.values()))
    if isinstance(value, list):
        return all(map(known, value))
    return not isinstance(value, Unknown)


@dataclass(frozen=True)
class Failure:
    """An input that cannot be used."""

    property: str
    """Path of the input, e.g. "nodeConfig.taints[0].effect"; empty for the resource as a whole."""
    reason: str


@dataclass(frozen=True)
class Difference:
    """One changed property; `place` is a path in the engine's notation."""

    place: str
    kind: Literal["add", "delete", "update"]
    replaces: bool = False
    of_input: bool = True
    """False for drift: the inputs are the same, reality is not."""


@dataclass(frozen=True)
class Comparison:
    """What an update or a replacement has to bring about; no differences when everything is as asked."""

    differences: list[Difference]
    deleted_before_replaced: bool = False


@dataclass(frozen=True)
class Found:
    """A resource as it is now."""

    identity: str
    inputs: Values
    outputs: Values


class Fault(Exception):  # noqa: N818 - it is the cloud's or the world's, not the program's
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
class Naming:
    """What the engine says about the name of a resource that was given none."""

    seed: bytes = b""
    """The same for the preview and the run that follows it."""
    proposed: str = ""
    disabled: bool = False


@dataclass(frozen=True)
class Task:
    """One request of the engine, as much as a resource needs to know of it."""

    urn: str
    naming: Naming = Naming()
    secrets: frozenset[str] = frozenset()
    """Names of the inputs that hold a secret at any depth."""
    timeout_seconds: float = 0
    """What the program gives the operation (customTimeouts); 0 when it says nothing."""
    tell: Callable[[str, str, bool], None] = lambda *_: None
    """Takes severity, text, and whether the line may be replaced by the next one."""
    cancelled: threading.Event = field(default_factory=threading.Event)

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rsplit("::", 1)[-1]

    @property
    def token(self) -> str:
        """The resource's type, without those of its parents."""
        return token_of(self.urn)

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


def token_of(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]
