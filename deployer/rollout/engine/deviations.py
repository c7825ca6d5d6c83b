"""What a look at reality finds otherwise than the state says it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.automation.events import StepEventMetadata

from deployer.rollout.engine.events import Events
from deployer.rollout.progress import Event

SECRET = "[secret]"  # noqa: S105 - the engine's own word in the place of one


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """One resource that is not as recorded."""

    urn: str
    type: str
    name: str
    gone: bool
    paths: tuple[str, ...] = ()
    """Of properties that the provider takes for changed, in the engine's words: metadata.labels["a.b/c"]."""
    recorded: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Its inputs and outputs as the state has them; secrets are masked."""
    found: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The same as they are now."""

    @property
    def kind(self) -> str:
        """Last word of the type."""
        return self.type.rpartition(":")[2]


class Deviations(Events):
    """Gathers them from a refresh's preview."""

    def __init__(self, stack: str) -> None:
        super().__init__(stack, _nobody)
        self.found: list[Deviation] = []
        self.unchanged: list[Deviation] = []
        """As found, those that the provider takes for unchanged: others may have added to them."""

    def _finished(self, step: StepEventMetadata) -> None:
        super()._finished(step)
        operation = str(getattr(step.op, "value", step.op))
        state = step.new or step.old
        if state is None or not state.custom or step.type.startswith("pulumi:"):
            return
        gone = step.new is None or operation == "delete"
        deviation = Deviation(
            urn=step.urn,
            type=step.type,
            name=step.urn.rpartition("::")[2],
            gone=gone,
            paths=() if gone else tuple(sorted(step.detailed_diff or step.diffs or ())),
            recorded=_both(step.old),
            found={} if gone else _both(step.new),
        )
        if gone or (operation != "refresh" and operation != "same" and deviation.paths):
            self.found.append(deviation)
        elif not gone:
            self.unchanged.append(deviation)


def _both(state: Any) -> dict[str, Any]:
    return {"inputs": dict(state.inputs or {}), "outputs": dict(state.outputs or {})} if state else {}


def _nobody(event: Event) -> None:
    """What is found is the result."""
