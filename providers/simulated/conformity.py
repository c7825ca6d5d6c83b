"""Inputs held against a shape: what is unknown to the SDK, missing, or of another type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from providers.engine.values import Failure, Unknown
from providers.simulated.shapes import Property, Shape, Type

INTERNAL = "__"
"""Start of the names that a plugin keeps for itself among the inputs."""


def nonconforming(inputs: Mapping[str, Any], shape: Shape, title: str, exact_enums: bool = False) -> list[Failure]:
    """All at once; `title` names the cloud and the type, e.g. "gcp container.Cluster".

    Many enums of the SDKs admit any other text; with `exact_enums` they do not.
    """
    return list(_Reader(shape, title, exact_enums).within(inputs, shape.inputs, ""))


class _Reader:
    def __init__(self, shape: Shape, title: str, exact_enums: bool) -> None:
        self._shape = shape
        self._title = title
        self._exact_enums = exact_enums

    def within(self, value: Mapping[str, Any], properties: Mapping[str, Property], path: str) -> Iterator[Failure]:
        for name, item in value.items():
            if name.startswith(INTERNAL):
                continue
            place = f"{path}.{name}" if path else name
            if name in properties:
                yield from self.of(item, properties[name].type, place)
            else:
                where = f" in {path}" if path else ""
                yield Failure(place, f"{self._title} has no property '{name}'{where}{did_you_mean(name, properties)}")
        for name, known in properties.items():
            if known.required and value.get(name) is None:
                place = f"{path}.{name}" if path else name
                yield Failure(place, f"{self._title} needs '{place}', which is missing")

    def of(self, value: Any, kind: Type, path: str) -> Iterator[Failure]:
        if value is None or isinstance(value, Unknown) or kind == "any":
            return
        if isinstance(kind, str):
            if not _is_scalar(value, kind):
                yield self._wrong(path, kind, value)
        elif kind[0] == "enum":
            yield from self._enum(value, kind, path)
        elif kind[0] == "either":
            yield from self._either(value, kind[1], path)
        else:
            yield from self._container(value, kind, path)

    def _container(self, value: Any, kind: list[Any], path: str) -> Iterator[Failure]:
        if kind[0] == "list":
            if not isinstance(value, list):
                yield self._wrong(path, "list", value)
                return
            for place, item in enumerate(value):
                yield from self.of(item, kind[1], f"{path}[{place}]")
        elif not isinstance(value, Mapping):
            yield self._wrong(path, kind[0], value)
        elif kind[0] == "map":
            for name, item in value.items():
                yield from self.of(item, kind[1], f'{path}["{name}"]')
        else:
            yield from self.within(value, self._shape.objects[kind[1]], path)

    def _enum(self, value: Any, kind: list[Any], path: str) -> Iterator[Failure]:
        _, values, exact = kind
        if value in values:
            return
        if not isinstance(value, str):
            yield self._wrong(path, "string", value)
        elif exact or self._exact_enums:
            yield Failure(path, f"{self._title} does not know {value!r}{did_you_mean(value, values)}{_choice(values)}")

    def _either(self, value: Any, kinds: list[Type], path: str) -> Iterator[Failure]:
        attempts = [list(self.of(value, kind, path)) for kind in kinds]
        if all(attempts):
            # What was meant is the type of which at least the outside fits.
            yield from min(attempts, key=lambda failures: (failures[0].property == path, len(failures)))

    def _wrong(self, path: str, wanted: str, value: Any) -> Failure:
        article = "an" if wanted[0] in "aeio" else "a"
        return Failure(path, f"{self._title} wants {article} {wanted} here, not {_described(value)}")


def did_you_mean(given: Any, known: Iterable[str]) -> str:
    """ "; did you mean 'x'?" when something known is near, else nothing."""
    names = [str(name) for name in known]
    text = str(given)
    lowered = {name.lower(): name for name in names}
    # A name in the program's own spelling (node_config) is near to every eye, but not by letters.
    spelled = re.sub(r"_(\w)", lambda match: match[1].upper(), text).lower()
    near = [lowered[spelled]] if spelled in lowered else get_close_matches(text, names, 1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _choice(values: list[Any]) -> str:
    shown = ", ".join(map(str, values[:12]))
    return f" ({shown}{', …' if len(values) > 12 else ''})"


def _is_scalar(value: Any, kind: str) -> bool:
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int)
    return isinstance(value, int | float) if kind == "number" else isinstance(value, str)


def _described(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "list", dict: "object"}
    name = names.get(type(value), type(value).__name__)
    return f"the {name} {value!r}" if isinstance(value, bool | int | float | str) else f"a {name}"
