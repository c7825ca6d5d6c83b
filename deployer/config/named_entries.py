"""Plain data at paths that tell entries of lists by their names, as `deployer.config.differences` writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deployer.config.differences import MISSING, NAMES, ORDER
from deployer.config.document import Key, Path


def applied(data: Any, path: Path, value: Any) -> Any:
    """Plain data with another value at a path in the terms of `differences`; MISSING takes it away."""
    if not path:
        return value
    key, rest = path[0], path[1:]
    if key == ORDER:
        by_name = {name_of(item): item for item in data}
        return [by_name[name] for name in value if name in by_name]
    if isinstance(data, list):
        position = _position(data, key)
        item = applied(data[position] if position < len(data) else None, rest, value)
        tail = [] if item is MISSING else [item]
        return [*data[:position], *tail, *data[position + 1 :]]
    inner = applied(data.get(key) if isinstance(data, Mapping) else None, rest, value)
    others = {name: item for name, item in (data or {}).items() if name != key}
    return others if inner is MISSING else {**others, key: inner}


def positioned(data: Any, path: Path) -> Path:
    """A path in the terms of `differences` with positions for names; as far as it leads."""
    steps: list[Key] = []
    for key in path:
        if key == ORDER:
            break
        step: Key = key
        if isinstance(data, list):
            step = _position(data, key)
            if step >= len(data):
                break
            data = data[step]
        else:
            data = data.get(key) if isinstance(data, Mapping) else None
        steps.append(step)
    return tuple(steps)


def _position(items: Sequence[Any], key: Key) -> int:
    """Of the entry of that name; after the last where there is none."""
    if isinstance(key, int):
        return key
    return next((position for position, item in enumerate(items) if name_of(item) == key), len(items))


def name_of(item: Any) -> str | None:
    """What an entry is called; None for one without a name."""
    return next((item[key] for key in NAMES if isinstance(item.get(key), str)), None) if item else None
