"""The local cloud as the engine sees it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast

from providers.engine import plugin as engine
from providers.engine.values import Comparison, Failure, Fault, Found, Task, Values
from providers.local.differences import differences
from providers.local.resource import Resource

_TYPES = {f"localhub:index:{name.capitalize()}": name for name in ("machine", "directory", "environment", "hub")}


class LocalPlugin:
    """This machine's resources. They are looked at before each update: whatever differs in reality is mended."""

    name = "localhub"
    version = "0.1.0"
    refreshes_before_update = True

    def check_settings(self, settings: Values) -> list[Failure]:  # noqa: ARG002 - there are none
        """There is nothing to set."""
        return []

    def configure(self, settings: Values) -> None:
        """There is nothing to set."""

    def resource(self, token: str) -> engine.Resource:
        """One of the local cloud's kinds; raises Fault for any other."""
        if token not in _TYPES:
            raise Fault(f"the local cloud has no resource type {token}")
        return _kind(_TYPES[token])

    def invoke(self, token: str, arguments: Values) -> Values:  # noqa: ARG002 - there are none
        """Raises Fault: there are no functions."""
        raise Fault(f"the local cloud has no function {token}")


@cache
def _kind(name: str) -> engine.Resource:
    # Imported at its first use: a plugin starts at every run of the engine.
    return Kind(cast(Resource, import_module(f"providers.local.{name}").RESOURCE))


class Kind:
    """A resource of this provider, which only says what replaces it and what is there, as the engine asks for it."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self.secret_outputs = resource.secret_outputs
        self.check = resource.check
        self.create = resource.create
        self.update = resource.update
        self.delete = resource.delete

    def compare(self, old_inputs: Values, news: Values, outputs: Values) -> Comparison:
        """Changed inputs, and drift that was found when it was read."""
        found = differences(self._resource, old_inputs, news, outputs)
        replaced = any(one.replaces for one in found)
        return Comparison(found, replaced and self._resource.deleted_before_replaced)

    def foretell(self, task: Task, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:  # noqa: ARG002
        """What a preview can know."""
        return self._resource.foretell(inputs, outputs)

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        """As it is now; nothing is ever read for the first time, since nothing is imported."""
        found = self._resource.read(task, identity, inputs, outputs) if inputs else None
        return None if found is None else Found(identity, inputs, {**outputs, **found})
