"""Paths into values: "nodeConfig.taints[0].key", as the engine writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_STEP = re.compile(r"""\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)""")
Steps = tuple[str | int, ...]


def steps(place: str) -> Steps:
    """A path's steps; list positions as numbers."""
    return tuple(int(index) if index else quoted or name for quoted, index, name in _STEP.findall(place))


def written(path: Steps) -> str:
    """Steps as a path again."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z_]\w*", step):
            text += f".{step}" if text else step
        else:
            quoted = step.replace('"', '\\"')
            text += f'["{quoted}"]'
    return text


def at(value: Any, place: str) -> Any:
    """What lies at a place; None where there is nothing."""
    for step in steps(place):
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def all_at(value: Any, pattern: str) -> Iterator[Any]:
    """Everything at places that fit a pattern, in which lists are passed through: "subnetIds", "nodePools.name"."""
    found = [value]
    for name in pattern.split("."):
        found = [one[name] for one in _items(found) if isinstance(one, Mapping) and name in one]
    yield from (one for one in _items(found) if one is not None)


def _items(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _items(value)
        else:
            yield value


def fits(path: Steps, pattern: str) -> bool:
    """Whether a path lies at or below a pattern; positions in lists and keys of maps ("*") do not count."""
    names = [step for step in path if isinstance(step, str)]
    wanted = pattern.split(".")
    return len(names) >= len(wanted) and all(one in ("*", name) for one, name in zip(wanted, names, strict=False))


def merged(base: Any, over: Any) -> Any:
    """Both, deeply, lists of equal length item by item; `over` wins."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        return {**base, **{name: merged(base[name], item) if name in base else item for name, item in over.items()}}
    if isinstance(base, list) and isinstance(over, list) and len(base) == len(over):
        return [merged(one, other) for one, other in zip(base, over, strict=True)]
    return over
