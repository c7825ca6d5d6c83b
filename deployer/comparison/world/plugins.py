"""The stand-ins, asked where they stand: no engine starts them, and no process is between."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as proto

NOT_HERE = "<told by the running machine>"
"""In the place of what a provider without a stand-in would tell of what it made."""


class RefusedError(Exception):
    """A plugin refused; the words are its own."""


def _stand_in(package: str) -> Any:
    from providers.simulated.plugin import SimulatedPlugin

    return SimulatedPlugin(package)


def _kubernetes(package: str) -> Any:
    from providers.simulated.kubernetes.plugin import KubernetesPlugin

    return KubernetesPlugin(package)


def _keys(_: str) -> Any:
    from providers.keys.plugin import KeysPlugin

    return KeysPlugin()


def _local(_: str) -> Any:
    from providers.local.plugin import LocalPlugin

    return LocalPlugin()


PLUGINS: Mapping[str, Callable[[str], Any]] = {"kubernetes": _kubernetes, "hubkeys": _keys, "localhub": _local}
REAL = ("localhub",)
"""Providers that would start programs on this machine: nothing is made with them."""


class Provider:
    """One configured provider."""

    def __init__(self, package: str, settings: struct_pb2.Struct) -> None:
        from providers.engine.log import EngineLog
        from providers.engine.servicer import Servicer

        self._makes = package not in REAL
        self._plugin = Servicer(PLUGINS.get(package, _stand_in)(package), EngineLog(None))
        self._plugin.Configure(proto.ConfigureRequest(args=settings), _Context())

    def make(self, urn: str, asked: struct_pb2.Struct) -> tuple[str, struct_pb2.Struct, struct_pb2.Struct]:
        """Check and make a resource: its identity, its inputs, its outputs. Raises RefusedError."""
        seed = hashlib.sha256(urn.encode()).digest()
        checked = self._plugin.Check(proto.CheckRequest(urn=urn, news=asked, randomSeed=seed), _Context())
        if checked.failures:
            raise RefusedError("; ".join(failure.reason for failure in checked.failures))
        request = proto.CreateRequest(urn=urn, properties=checked.inputs, preview=not self._makes)
        made = self._plugin.Create(request, _Context())
        if self._makes:
            return made.id, checked.inputs, made.properties
        return seed.hex()[:16], checked.inputs, _told(made.properties)

    def read(self, urn: str, identity: str, asked: struct_pb2.Struct) -> struct_pb2.Struct:
        """What stands there already. Raises RefusedError."""
        return self._plugin.Read(proto.ReadRequest(urn=urn, id=identity, properties=asked), _Context()).properties

    def ask(self, token: str, arguments: struct_pb2.Struct) -> struct_pb2.Struct:
        """What a function answers. Raises RefusedError."""
        answer = self._plugin.Invoke(proto.InvokeRequest(tok=token, args=arguments), _Context())
        return getattr(answer, "return")


class _Context:
    """In the place of a request's: an end with words is an error here."""

    def abort(self, _: Any, words: str) -> None:
        raise RefusedError(words)

    def set_trailing_metadata(self, _: Any) -> None:
        """Details of an end; the words are enough."""


def _told(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    """With words in the place of what stays unknown."""
    return struct_pb2.Struct(fields={name: _known(value) for name, value in properties.fields.items()})


def _known(value: struct_pb2.Value) -> struct_pb2.Value:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return struct_pb2.Value(struct_value=_told(value.struct_value))
    if kind == "list_value":
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=map(_known, value.list_value.values)))
    unknown = kind == "string_value" and value.string_value == rpc.UNKNOWN
    return struct_pb2.Value(string_value=NOT_HERE) if unknown else value
