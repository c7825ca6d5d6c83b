"""Values as the engine sends them, and back: a protobuf struct in which secrets and unknowns carry signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import struct_pb2

from providers.engine.values import UNKNOWN, Unknown, Values

# Fixed by the engine's protocol (pulumi/sdk/go/common/resource/sig and plugin/rpc.go).
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
UNKNOWN_MARKS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # any kind of value; the rest are typed
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
UNKNOWN_MARK = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def read(struct: struct_pb2.Struct) -> tuple[Values, frozenset[str]]:
    """Plain values, and the names of those that hold a secret at any depth."""
    values: Values = {}
    secrets = set()
    for name, value in struct.fields.items():
        values[name], secret = _plain(value)
        if secret:
            secrets.add(name)
    return values, frozenset(secrets)


def write(values: Mapping[str, Any], secrets: Iterable[str]) -> struct_pb2.Struct:
    """A struct in which the named values are secret."""
    secret = frozenset(secrets)
    fields = {}
    for name, value in values.items():
        fields[name] = _wire(value)
        if name in secret:
            fields[name] = _secret(fields[name])
    return struct_pb2.Struct(fields=fields)


def _secret(value: struct_pb2.Value) -> struct_pb2.Value:
    marked = {SIGNATURE: struct_pb2.Value(string_value=SECRET), "value": value}
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=marked))


def _plain(value: struct_pb2.Value) -> tuple[Any, bool]:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET:
            return _plain(fields["value"])[0], True
        items = {name: _plain(item) for name, item in fields.items()}
        return {name: plain for name, (plain, _) in items.items()}, any(secret for _, secret in items.values())
    if kind == "list_value":
        parts = [_plain(item) for item in value.list_value.values]
        return [plain for plain, _ in parts], any(secret for _, secret in parts)
    return _scalar(value, kind), False


def _scalar(value: struct_pb2.Value, kind: str | None) -> Any:
    if kind == "number_value":
        # A struct knows only doubles; a port or a count must not come out as 8000.0.
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWN_MARKS else value.string_value
    return value.bool_value if kind == "bool_value" else None


def _wire(value: Any) -> struct_pb2.Value:
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, Mapping):
        fields = {name: _wire(item) for name, item in value.items()}
        return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
    if isinstance(value, list | tuple):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=map(_wire, value)))
    return struct_pb2.Value(string_value=UNKNOWN_MARK if isinstance(value, Unknown) else str(value))
