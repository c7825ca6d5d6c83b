"""Edits a kubeconfig's text and leaves everything else in it as somebody wrote it: comments, order, indentation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

KINDS = {"clusters": "cluster", "users": "user", "contexts": "context"}
"""Lists of a kubeconfig, and what an item of each is called in itself."""


def with_entries(text: str, entries: Mapping[str, Mapping[str, Any]], current: str | None) -> str:
    """The text with one item for each list, in place of the one of the same name if there is any.

    `entries` are items by list; `current` becomes the current context unless it is None. Raises yaml.YAMLError for what
    is no YAML, and ValueError for what is no mapping.
    """
    wanted = _as_data(text, entries, current)
    edited = text
    for kind, entry in entries.items():
        edited = _with_item(edited, kind, entry)
    if current is not None:
        edited = _with_value(edited, "current-context", current)
    # A text that this does not know how to edit is written anew: right before beautiful.
    return edited if _loads_as(edited, wanted) else yaml.safe_dump(wanted, sort_keys=False)


def load(text: str) -> dict[str, Any]:
    """Raises yaml.YAMLError, ValueError."""
    loaded = yaml.safe_load(text)
    if not isinstance(loaded, dict):
        raise ValueError("a kubeconfig is a mapping")
    return loaded


def named(loaded: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A list's items by name."""
    return {item["name"]: item for item in loaded.get(kind) or () if isinstance(item, dict) and "name" in item}


def _as_data(text: str, entries: Mapping[str, Mapping[str, Any]], current: str | None) -> dict[str, Any]:
    wanted = load(text)
    for kind, entry in entries.items():
        items = list(wanted.get(kind) or ())
        places = [place for place, item in enumerate(items) if item.get("name") == entry["name"]]
        if places:
            items[places[0]] = dict(entry)
        else:
            items.insert(0, dict(entry))
        wanted[kind] = items
    return {**wanted, "current-context": current} if current is not None else wanted


def _loads_as(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return load(text) == wanted
    except (yaml.YAMLError, ValueError):
        return False


def _with_item(text: str, kind: str, entry: Mapping[str, Any]) -> str:
    """JSON is YAML: an item in one line fits lists of either style."""
    root = yaml.compose(text)
    written = json.dumps(entry)
    node = _value(root, kind)
    if not isinstance(node, SequenceNode) or not node.value:
        return _with_value(text, kind, [entry])
    same = next((item for item in node.value if _name(item) == entry["name"]), None)
    if same is not None:
        return text[: same.start_mark.index] + written + text[_end(same) :]
    start = node.start_mark.index
    if node.flow_style:
        return f"{text[: start + 1]}{written}, {text[start + 1 :]}"
    return f"{text[:start]}- {written}\n{' ' * node.start_mark.column}{text[start:]}"


def _with_value(text: str, key: str, value: Any) -> str:
    root = yaml.compose(text)
    written = json.dumps(value)
    node = _value(root, key)
    if node is not None:
        start, end = node.start_mark.index, _end(node)
        return f"{text[:start]}{'' if end > start else ' '}{written}{text[end:]}"
    if isinstance(root, MappingNode) and root.flow_style:
        start = root.start_mark.index + 1
        return f"{text[:start]}{json.dumps(key)}: {written}, {text[start:]}"
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{key}: {written}\n"


def _value(root: Node | None, key: str) -> Any:
    if not isinstance(root, MappingNode):
        return None
    return next((value for name, value in root.value if name.value == key), None)


def _name(item: Node) -> str | None:
    node = _value(item, "name")
    return node.value if isinstance(node, ScalarNode) else None


def _end(node: Node) -> int:
    """Where its own text ends: a node in block style claims blanks and comments that follow, too."""
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)
