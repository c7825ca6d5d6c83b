"""Shapes of resource types from the installed SDK's classes; kept in the cache, so that most runs import no SDK."""

from __future__ import annotations

import enum
import importlib
import inspect
import json
import sys
import threading
import types
import typing
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from providers.engine.bare_sdk import import_all
from providers.simulated.shapes import Property, Shape, Type
from providers.simulated.storage import cache_folder, read_json, write_json

_SCALARS: dict[Any, Type] = {str: "string", bool: "boolean", int: "integer", float: "number"}
# Bumped whenever shapes are made differently: older ones in the cache are then passed over.
_FORMAT = 2


class Sdk:
    """The Python SDK of one provider, e.g. "azure-native"."""

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.package = f"pulumi_{provider.replace('-', '_')}"
        self._folder = _package_folder(self.package)
        self.version: str = json.loads((self._folder / "pulumi-plugin.json").read_text())["version"]
        self._shapes: dict[str, Shape | None] = {}
        # Importing the SDK from two threads at once would only make both slower.
        self._lock = threading.Lock()

    def shape(self, token: str) -> Shape | None:
        """None for types that the SDK does not have."""
        with self._lock:
            if token not in self._shapes:
                self._shapes[token] = self._cached(token)
            return self._shapes[token]

    def _cached(self, token: str) -> Shape | None:
        name = token.replace(":", "_").replace("/", "_")
        path = cache_folder() / "simulated" / f"{self.package}-{self.version}-{_FORMAT}" / f"{name}.json"
        plain = read_json(path)
        if plain is not None:
            return Shape.from_json(plain) if plain else None
        shape = self._from_class(token)
        path.parent.mkdir(parents=True, exist_ok=True)
        # That a type is not there is worth keeping too: extensions' kinds of Kubernetes are in no SDK.
        write_json(path, shape.as_json() if shape else {}, indent=None)
        return shape

    def _from_class(self, token: str) -> Shape | None:
        import_all()
        importlib.import_module(self.package)
        from pulumi.runtime import rpc

        package, module_name, _ = token.split(":")
        if module_name == "providers":
            return _shape(importlib.import_module(f"{self.package}.provider").Provider)
        module: Any = rpc.get_resource_module(package, module_name, self.version)
        if module is None or token not in module.mod_info["classes"]:
            return None
        home = importlib.import_module(module.mod_info["fqn"])
        return _shape(getattr(home, module.mod_info["classes"][token]))


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed; install this project with the extra of its cloud")
    return Path(spec.origin).parent


def _shape(resource: type) -> Shape:
    from pulumi import _types

    home = sys.modules[resource.__module__]
    # kubernetes: DeploymentArgs is the nested type there, so the resource's own are called DeploymentInitArgs.
    arguments = getattr(home, f"{resource.__name__}InitArgs", None) or getattr(home, f"{resource.__name__}Args")
    objects: dict[str, dict[str, Property]] = {}
    inputs = _properties(arguments, objects)
    outputs = {name: Property(_type(hint, objects), False) for name, hint in _types.resource_types(resource).items()}
    return Shape(inputs, outputs, objects)


def _properties(arguments: type, objects: dict[str, dict[str, Property]]) -> dict[str, Property]:
    from pulumi import _types

    hints = _types.input_type_types(arguments)
    names = _types.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters  # type: ignore[misc]
    return {
        pulumi_name: Property(
            _type(hints.get(pulumi_name, Any), objects),
            python_name in parameters and parameters[python_name].default is inspect.Parameter.empty,
        )
        for python_name, pulumi_name in names.items()
    }


def _type(hint: Any, objects: dict[str, dict[str, Property]]) -> Type:
    from pulumi import _types

    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in _SCALARS:
        return _SCALARS[hint]
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return _union(arguments, objects)
    if origin in (list, Sequence):
        return ["list", _type(arguments[0], objects)]
    if origin in (dict, Mapping):
        return ["map", _type(arguments[1], objects)]
    if not isinstance(hint, type):
        return "any"
    if issubclass(hint, enum.Enum):
        return ["enum", [member.value for member in hint], True]
    return _object(hint, objects) if _types.is_input_type(hint) or _types.is_output_type(hint) else "any"


def _union(members: tuple[Any, ...], objects: dict[str, dict[str, Property]]) -> Type:
    """What may stand in the union besides the ways to say it: awaitables, outputs and typed dicts of the same type."""
    said = [_type(member, objects) for member in members if not _is_wrapping(member)]
    enums = [one for one in said if one[0] == "enum"]
    if "string" in said and enums:
        return ["enum", enums[0][1], False]
    distinct = [one for place, one in enumerate(said) if one not in said[:place]]
    if len(distinct) > 1 and "any" not in distinct:
        return ["either", distinct]
    return distinct[0] if len(distinct) == 1 else "any"


def _is_wrapping(member: Any) -> bool:
    from pulumi import Output

    origin = typing.get_origin(member) or member
    if origin is type(None) or typing.is_typeddict(member):
        return True
    return origin is Output or getattr(origin, "__name__", "") == "Awaitable"


def _object(nested: type, objects: dict[str, dict[str, Property]]) -> Type:
    from pulumi import _types

    name = f"{nested.__module__}.{nested.__name__}"
    if name not in objects:
        objects[name] = {}  # set before its properties are looked at: types may contain themselves
        if _types.is_input_type(nested):
            objects[name] = _properties(nested, objects)
        else:
            hints = _types.output_type_types(nested)
            objects[name] = {one: Property(_type(hint, objects), False) for one, hint in hints.items()}
    return ["object", name]
