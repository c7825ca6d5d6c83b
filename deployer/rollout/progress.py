"""What happens during a rollout, as data: `deployer.report` turns it into text, live lines or JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Operation = Literal["create", "update", "replace", "delete", "refresh", "read", "same"]
"""What the engine does to a resource; `same` means nothing."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something worth saying once."""

    text: str
    severity: Literal["info", "warning"] = "info"


@dataclass(frozen=True, kw_only=True)
class StepStarted:
    """A part of the rollout begins: tools, plan, a stack, a health check."""

    step: str


@dataclass(frozen=True, kw_only=True)
class StepDone:
    """A part of the rollout ended well."""

    step: str
    seconds: float
    detail: str = ""
    """A few words: "3 created", "unchanged"."""


@dataclass(frozen=True, kw_only=True)
class ResourceStarted:
    """The engine begins with a resource."""

    stack: str
    kind: str
    """Last word of the resource's type: "Hub", "Environment"."""
    name: str
    operation: Operation


@dataclass(frozen=True, kw_only=True)
class ResourceDone:
    """The engine is done with a resource; what it did is recorded in the state."""

    stack: str
    kind: str
    name: str
    operation: Operation
    seconds: float


@dataclass(frozen=True, kw_only=True)
class ResourceRemark:
    """What a provider says of a resource while it works on it, or when it is done."""

    stack: str
    kind: str
    name: str
    text: str
    passing: bool
    """Good only until the next one."""


@dataclass(frozen=True, kw_only=True)
class CheckStep:
    """A step of a health check ended."""

    stack: str
    name: str
    seconds: float
    passed: bool
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckRemark:
    """Something is said of a step of a health check that takes long: what it waits for."""

    stack: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ToolProgress:
    """A tool is being fetched or built."""

    tool: str
    text: str


Event = (
    Note
    | StepStarted
    | StepDone
    | ResourceStarted
    | ResourceDone
    | ResourceRemark
    | CheckStep
    | CheckRemark
    | ToolProgress
)
Listener = Callable[[Event], None]
"""Called from several threads when stacks are worked on at once."""


def event_data(event: Event) -> dict[str, Any]:
    """An event for other programs: its fields, and its name in `event` as snake_case."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in type(event).__name__)
    return {"event": words.lstrip("_"), **asdict(event)}
