"""What the installed SDK says of a resource type: names, types and what is required, as plain data.

A type is "string", "integer", "number", "boolean", "any", or a list that starts with its kind:
["list", type], ["map", type], ["object", name], ["enum", values, exact], ["either", types].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Type = str | list[Any]


@dataclass(frozen=True)
class Property:
    """One input, of a resource or of an object within it."""

    type: Type
    required: bool


@dataclass(frozen=True)
class Shape:
    """One resource type."""

    inputs: dict[str, Property]
    outputs: dict[str, Property]
    """Everything the resource has once made, inputs included; nothing here is required."""
    objects: dict[str, dict[str, Property]]
    """Types of nested objects by their name."""

    def as_json(self) -> dict[str, Any]:
        return {
            "inputs": _plain(self.inputs),
            "outputs": _plain(self.outputs),
            "objects": {name: _plain(properties) for name, properties in self.objects.items()},
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Shape:
        objects = {name: _properties(properties) for name, properties in plain["objects"].items()}
        return cls(_properties(plain["inputs"]), _properties(plain["outputs"]), objects)


def _plain(properties: dict[str, Property]) -> dict[str, Any]:
    return {name: [one.type, one.required] for name, one in properties.items()}


def _properties(plain: dict[str, Any]) -> dict[str, Property]:
    return {name: Property(kind, required) for name, (kind, required) in plain.items()}
