"""What a plugin offers to the engine: its settings, its resources, its functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from providers.engine.values import Comparison, Failure, Found, Task, Values


class Resource(Protocol):
    """One kind of resource: plain values in, plain values out, nothing about gRPC.

    `inputs` are as `check` returned them, `outputs` the inputs and what create, read or update added.
    """

    @property
    def secret_outputs(self) -> frozenset[str]:
        """Outputs that hold a secret whatever the inputs."""
        ...

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        """Complete and judge inputs, of which some may be UNKNOWN. Changes nothing."""
        ...

    def compare(self, old_inputs: Values, news: Values, outputs: Values) -> Comparison:
        """What changed between the inputs it was made from and those asked for now."""
        ...

    def foretell(self, task: Task, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        """Outputs as far as a preview can know them; `outputs` are those of the existing resource."""
        ...

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        """Make it, or go on where an interrupted run stopped; its identity and its outputs."""
        ...

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        """It as it is now; None when it is gone. Without inputs it is read for the first time."""
        ...

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        """Change it in place; the new outputs."""
        ...

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        """Take it away; nothing happens when it is gone already."""
        ...


class Plugin(Protocol):
    """All that one plugin's process serves; the engine starts one for each differently configured provider."""

    name: str
    refreshes_before_update: bool
    """Whether reality is looked at before each update, not only when asked for."""

    @property
    def version(self) -> str: ...

    def check_settings(self, settings: Values) -> list[Failure]:
        """Judge the provider's own settings, of which some may be UNKNOWN."""
        ...

    def configure(self, settings: Values) -> None:
        """Take the settings; comes once, before any resource."""
        ...

    def resource(self, token: str) -> Resource:
        """Raises Fault for types that this plugin does not have."""
        ...

    def invoke(self, token: str, arguments: Values) -> Values:
        """Call a function. Raises Fault when it cannot answer."""
        ...
