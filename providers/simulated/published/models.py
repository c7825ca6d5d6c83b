"""Inputs held against a cloud's published API model: enums, patterns, lengths, bounds.

An SDK's properties find the model's members by their names, in whatever spelling; those named otherwise are in
mapping.yaml. What the model does not have, it does not judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from providers.engine.values import Failure, Unknown, Values
from providers.simulated.conformity import INTERNAL, did_you_mean
from providers.simulated.kinds import read_yaml
from providers.simulated.places import Steps, written


@dataclass(frozen=True)
class Bounds:
    """What one value must be."""

    choices: tuple[str, ...] = ()
    pattern: str = ""
    at_least: float | None = None
    """Of a number; of a text or a list its length."""
    at_most: float | None = None


class Node(Protocol):
    """A place in a model."""

    def child(self, name: str) -> Node | None:
        """A member, by its normalised name; of a map any value; of a list a member of its items."""
        ...

    def item(self) -> Node | None:
        """What a list or a map holds; itself where the model has one and the SDK a list of one."""
        ...

    def bounds(self) -> Bounds: ...


class Models(Protocol):
    """A cloud's models."""

    title: str

    def node(self, reference: str) -> Node:
        """By "<service> <type>"; raises LookupError for what is not there."""
        ...


class PublishedModels:
    """One cloud's models, and how its SDK's types lead to them. `module` is the cloud's folder, e.g. "azure_native"."""

    def __init__(self, module: str) -> None:
        self.mapping: dict[str, dict[str, Any]] = read_yaml(Path(__file__).with_name("mapping.yaml"))[module]
        self._source: Models = import_module(f"providers.simulated.published.{module}").models()
        self._catalogue: Node = import_module("providers.simulated.published.catalogue").MachineTypes(module)

    def node(self, reference: str) -> Node:
        """A place in the cloud's models, by "<service> <type>"."""
        return self._source.node(reference)

    def refused(self, token: str, inputs: Values) -> list[Failure]:
        """What the API would not take, with the model that says so."""
        entry = self.mapping.get(token)
        if entry is None:
            return []
        given = {name: value for name, value in inputs.items() if not name.startswith(INTERNAL)}
        found = self._within(given, self.node(entry["model"]), (), entry.get("named", {}))
        return [Failure(written(path), f"{fault}, says {self._source.title}") for path, fault in found]

    def _within(self, value: Any, node: Node, path: Steps, named: Mapping[str, str]) -> Iterator[tuple[Steps, str]]:
        if isinstance(value, Mapping):
            for name, item in value.items():
                child = self._child(node, (*path, name), named)
                if child is not None:
                    yield from self._within(item, child, (*path, name), named)
        elif isinstance(value, list):
            yield from _out_of(value, node.bounds(), path)
            held = node.item()
            for place, item in enumerate(value if held else ()):
                assert held is not None
                yield from self._within(item, held, (*path, place), named)
        elif value is not None and not isinstance(value, Unknown):
            yield from _out_of(value, node.bounds(), path)

    def _child(self, node: Node, path: Steps, named: Mapping[str, str]) -> Node | None:
        names = [step for step in path if isinstance(step, str)]
        reference = named.get(".".join(names))
        if reference is None:
            return node.child(normalised(names[-1]))
        if reference == "machine type":
            return self._catalogue
        return self.node(reference) if " " in reference else _down(node, reference)


def _down(start: Node, names: str) -> Node | None:
    node: Node | None = start
    for name in names.split("."):
        node = node.child(normalised(name)) if node else None
    return node


def normalised(name: str) -> str:
    """A name without what the clouds and their SDKs spell differently: case, underscores, plurals."""
    return name.replace("_", "").lower().rstrip("s")


def _out_of(value: Any, bounds: Bounds, path: Steps) -> Iterator[tuple[Steps, str]]:
    if bounds.choices and isinstance(value, str) and value not in bounds.choices:
        shown = ", ".join(bounds.choices[:12]) + (", …" if len(bounds.choices) > 12 else "")
        yield path, f"{value!r} is not known{did_you_mean(value, bounds.choices)} ({shown})"
    if bounds.pattern and isinstance(value, str) and not _fits(bounds.pattern, value):
        yield path, f"{value!r} does not fit {bounds.pattern}"
    size = value if isinstance(value, int | float) else len(value)
    unit = "" if isinstance(value, int | float) else " items" if isinstance(value, list) else " characters"
    if isinstance(value, bool):
        return
    if bounds.at_least is not None and size < bounds.at_least:
        yield path, f"{size}{unit} is less than {bounds.at_least:g}"
    if bounds.at_most is not None and size > bounds.at_most:
        yield path, f"{size}{unit} is more than {bounds.at_most:g}"


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern.removeprefix("^").removesuffix("$"), value) is not None
    except re.error:  # written for another language's expressions
        return True
