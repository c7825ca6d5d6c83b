"""What a resource of this provider is: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from providers.engine.values import Failure, Task, Values


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
