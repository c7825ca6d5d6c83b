"""In the engine's place while a program runs: makes what it asks for in the simulated world, and keeps its state."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2
from rendering.monitor import (  # type: ignore[import-not-found]  # on the path of this process
    REFERENCE,
    STACK,
    ProgramMonitor,
    plain,
)

from .plugins import Provider
from .state import told

PROVIDERS = "pulumi:providers:"


class Monitor(ProgramMonitor):  # type: ignore[misc]  # mypy does not see that one
    """Makes what it is asked for."""

    dry_run = False

    def __init__(self, project: str, stack: str, facts: Mapping[str, Any]) -> None:
        super().__init__(project, stack, facts)
        self.outputs: Mapping[str, Any] = {}
        self.resources: dict[str, dict[str, Any]] = {}
        """As the engine's state has them, by URN, in the order in which they were made."""
        self.guarded: list[str] = []
        """What the program protects. The state does not: the engine would stop there, and tell of nothing else."""
        self._providers: dict[str, Provider] = {}
        """By the reference that resources name."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        urn = self.urn(request)
        entry = self._entry(urn, request)
        if not request.custom:
            self.resources[urn] = entry
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if request.type.startswith(PROVIDERS):
            return self._configured(urn, request, entry)
        reference = request.provider or self._default(request.type.partition(":")[0], request.version)
        identity, inputs, outputs = self._providers[reference].make(urn, request.object)
        self.resources[urn] = {
            **entry,
            "id": identity,
            "inputs": told(inputs),
            "outputs": told(outputs),
            "provider": reference,
        }
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identity, object=outputs)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        urn = self.urn(request)
        reference = request.provider or self._default(request.type.partition(":")[0], request.version)
        if request.type == REFERENCE:
            outputs = struct_pb2.Struct()
            json_format.ParseDict(self.referred(request), outputs)
        else:
            outputs = self._providers[reference].read(urn, request.id, request.properties)
        self.resources[urn] = {
            **self._entry(urn, request),
            "id": request.id,
            "inputs": told(request.properties),
            "outputs": told(outputs),
            "external": True,
            "provider": reference,
        }
        return resource_pb2.ReadResourceResponse(urn=urn, properties=outputs)

    def RegisterResourceOutputs(self, request: Any) -> empty_pb2.Empty:  # noqa: N802
        self.resources[request.urn]["outputs"] = told(request.outputs)
        if f"::{STACK}::" in request.urn:
            self.outputs = plain(json_format.MessageToDict(request.outputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        reference = request.provider or self._default(request.tok.partition(":")[0], request.version)
        answer = self._providers[reference].ask(request.tok, request.args)
        return provider_pb2.InvokeResponse(**{"return": answer})

    def _configured(self, urn: str, request: Any, entry: dict[str, Any]) -> Any:
        identity = self._identity(urn)
        settings = struct_pb2.Struct()
        settings.CopyFrom(request.object)
        if request.version:
            settings["version"] = request.version
        self._providers[f"{urn}::{identity}"] = Provider(request.type.removeprefix(PROVIDERS), settings)
        self.resources[urn] = {
            **entry,
            "id": identity,
            # As the engine marks the settings that are its own.
            "inputs": {"__internal": {}, **told(settings)},
            "outputs": told(settings),
        }
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identity, object=settings)

    def _default(self, package: str, version: str) -> str:
        """The engine's provider for resources that name none."""
        name = f"default_{version.replace('.', '_')}" if version else "default"
        urn = f"urn:pulumi:{self.stack}::{self.project}::{PROVIDERS}{package}::{name}"
        identity = self._identity(urn)
        reference = f"{urn}::{identity}"
        if reference not in self._providers:
            settings = struct_pb2.Struct()
            if version:
                settings["version"] = version
            entry: dict[str, Any] = {"urn": urn, "custom": True, "type": f"{PROVIDERS}{package}", "id": identity}
            if version:
                entry |= {"inputs": {"__internal": {}, **told(settings)}, "outputs": told(settings)}
            self.resources[urn] = entry
            if package != "pulumi":
                self._providers[reference] = Provider(package, settings)
        return reference

    def _identity(self, urn: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, urn))

    def _entry(self, urn: str, request: Any) -> dict[str, Any]:
        """What a resource's state has besides inputs and outputs."""
        asked = json_format.MessageToDict(request, preserving_proto_field_name=False)
        entry: dict[str, Any] = {"urn": urn, "custom": getattr(request, "custom", True), "type": request.type}
        for name in ("parent", "dependencies", "retainOnDelete", "deletedWith", "additionalSecretOutputs"):
            if asked.get(name):
                entry[name] = asked[name]
        if asked.get("protect"):
            self.guarded.append(urn)
        if asked.get("ignoreChanges"):
            entry["ignoreChanges"] = asked["ignoreChanges"]
        needed = asked.get("propertyDependencies") or {}
        if needed:
            entry["propertyDependencies"] = {key: each.get("urns", []) for key, each in needed.items()}
        return entry
