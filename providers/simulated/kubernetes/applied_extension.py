"""Objects of kinds that a chart brings, on an API server that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.engine.values import Found, Task, Values
from providers.simulated.kubernetes import release
from providers.simulated.kubernetes.api import NoSuchKind
from providers.simulated.kubernetes.applied import AppliedObject
from providers.simulated.kubernetes.objects import Object


@dataclass(frozen=True)
class AppliedExtension(AppliedObject):
    """Only checked and kept, as without a server, where its kind's chart could not be had either."""

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        if self._kind_is_there(inputs) or not self._some_chart_was_left_out():
            return super().create(task, inputs)
        task.warn(
            f"no chart that could be had here brings the kind {inputs['kind']}, so this is checked and recorded, and "
            "NOT applied to the API server"
        )
        return Object.create(self, task, inputs)

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        reading = Object.read if self._is_kept(identity, {**outputs, **inputs}) else AppliedObject.read
        return reading(self, task, identity, inputs, outputs)

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        updating = Object.update if self._is_kept(identity, inputs) else AppliedObject.update
        return updating(self, task, identity, inputs, outputs)

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        deleting = Object.delete if self._is_kept(identity, outputs) else AppliedObject.delete
        deleting(self, task, identity, outputs)

    def _kind_is_there(self, inputs: Mapping[str, Any]) -> bool:
        try:
            self.api.path(inputs["apiVersion"], inputs["kind"])
        except NoSuchKind:
            return False
        return True

    def _some_chart_was_left_out(self) -> bool:
        return any(self.account.world.records(release.TOKEN))

    def _is_kept(self, identity: str, properties: Mapping[str, Any]) -> bool:
        place = self.account.place(self.kind, properties)
        return self.account.world.get(place, self.kind.token, identity) is not None

    def _refuse_missing(self, inputs: Values, account: str) -> None:
        """Namespaces are on the server here, not in the world."""
