"""Which line of a YAML text each value begins on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from deployer.config.differences import NAMES
from deployer.config.document import Key, Path

Placed = tuple[Path, int]


def value_lines(text: str, lines: Sequence[str]) -> Iterator[Placed]:
    """Leaves with the lines (from 0) that a comment may end; list entries with names by name."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path, node in _leaves(yaml.compose(text, Loader=loader), ()):
        first = node.start_mark.line
        block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        # Inside a text that goes over several lines a comment would be text.
        if block or node.end_mark.line == first:
            yield path, first
        elif lines[node.end_mark.line].strip():
            yield path, node.end_mark.line


def _leaves(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(node, yaml.MappingNode) and node.value:
        for key, value in node.value:
            yield from _leaves(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode) and any(isinstance(item, yaml.MappingNode) for item in node.value):
        for key, item in zip(_names(node), node.value, strict=True):
            yield from _leaves(item, (*path, key))
    elif isinstance(node, yaml.SequenceNode) and node.value:
        # One value, whose comment goes with its first entry.
        yield path, node.value[0]
    else:
        yield path, node


def _names(node: Any) -> list[Key]:
    """Of a list's entries: as `deployer.config.differences` has them."""
    entries = [{key.value: value.value for key, value in item.value} for item in node.value]
    for key in NAMES:
        names: list[Key] = [entry[key] for entry in entries if isinstance(entry.get(key), str)]
        if len(names) == len(entries):
            return names if len(set(names)) == len(names) else list(range(len(names)))
    return list(range(len(entries)))
