"""What every monitor tells a Pulumi program, whatever it does with the resources that it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import resource_pb2

STACK = "pulumi:pulumi:Stack"
REFERENCE = "pulumi:pulumi:StackReference"
UNSUPPORTED = ("outputValues", "transforms", "invokeTransforms", "parameterization")


class ProgramMonitor:
    """In the place of the engine's, for one stack; `facts` are those of the stack that it refers to."""

    dry_run: bool

    def __init__(self, project: str, stack: str, facts: Mapping[str, Any]) -> None:
        self.project = project
        self.stack = stack
        self._facts = facts

    def SupportsFeature(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id not in UNSUPPORTED)

    def SignalAndWaitForShutdown(self, _: Any) -> empty_pb2.Empty:  # noqa: N802
        return empty_pb2.Empty()

    def referred(self, request: Any) -> dict[str, Any]:
        """What a reference to another stack reads."""
        return {"name": request.id, "outputs": {"facts": dict(self._facts)}, "secretOutputNames": []}

    def urn(self, request: Any) -> str:
        """As the engine names the resource."""
        kind = request.type
        if request.parent and f"::{STACK}::" not in request.parent:
            kind = f"{request.parent.split('::')[2]}${kind}"
        return f"urn:pulumi:{self.stack}::{self.project}::{kind}::{request.name}"


def plain(value: Any) -> Any:
    """Without the wraps of secrets."""
    if isinstance(value, dict):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return plain(value["value"])
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
