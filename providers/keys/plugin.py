"""The provider of keys as the engine sees it."""

from __future__ import annotations

from providers.engine.plugin import Resource
from providers.engine.values import Failure, Fault, Values
from providers.keys.key import Key

TOKEN = "hubkeys:index:Key"  # noqa: S105 - a type, not a secret


class KeysPlugin:
    """One kind of resource, which is nowhere but in the state: there is nothing to configure or to look at."""

    name = "hubkeys"
    version = "0.1.0"
    refreshes_before_update = False

    def check_settings(self, settings: Values) -> list[Failure]:  # noqa: ARG002 - there are none
        """There is nothing to set."""
        return []

    def configure(self, settings: Values) -> None:
        """There is nothing to set."""

    def resource(self, token: str) -> Resource:
        """Raises Fault for anything but a key."""
        if token != TOKEN:
            raise Fault(f"the provider of keys has no resource type {token}")
        return Key()

    def invoke(self, token: str, arguments: Values) -> Values:  # noqa: ARG002 - there are none
        """Raises Fault: there are no functions."""
        raise Fault(f"the provider of keys has no function {token}")
