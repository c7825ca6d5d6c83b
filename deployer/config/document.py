"""One YAML document: its values, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from deployer.errors import Place

Key = str | int
Path = tuple[Key, ...]

PLAIN: Final = "plain"
"""Tag of an unquoted scalar (see deployer.config.reader)."""
MERGE: Final = "<<"


@dataclass(frozen=True)
class Found:
    """How far a path leads into a document."""

    place: Place
    steps: int
    """How many of the path's keys are there."""
    end: Literal["all", "mapping", "list", "scalar"]
    """Where the way ended: at the path's value, or in a mapping without the next key, inside a list, at a scalar."""


class Document:
    """A file's values, and the tree that knows their places."""

    def __init__(self, label: str, root: Node, data: dict[str, Any]) -> None:
        self.label = label
        """How messages name the file."""
        self.root = root
        self.data = data

    def find(self, path: Path) -> Found:
        """The place of a path's value: its key in a mapping, itself in a list; of the part that is there."""
        node, mark, in_list = self.root, self.root, False
        for steps, key in enumerate(path):
            in_list = in_list or isinstance(node, SequenceNode)
            step = _step(node, key)
            if step is None:
                end: Literal["scalar", "list", "mapping"] = "list" if in_list else "mapping"
                return Found(place_of(self.label, mark), steps, "scalar" if isinstance(node, ScalarNode) else end)
            mark, node = step
        return Found(place_of(self.label, mark), len(path), "all")

    def place(self, path: Path = ()) -> Place:
        return self.find(path).place


def place_of(label: str, node: Node) -> Place:
    """Where a node begins."""
    return Place(label, node.start_mark.line + 1, node.start_mark.column + 1)


def path_text(path: Path) -> str:
    """A path as people read it: hub.profiles[2].node_pool."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif key.replace("_", "").replace("-", "").isalnum():
            text += f".{key}" if text else key
        else:
            text += f"[{key!r}]"
    return text


def _step(node: Node | None, key: Key) -> tuple[Node, Node] | None:
    """The nodes that mark and hold one key's value."""
    if isinstance(node, SequenceNode):
        return (node.value[key], node.value[key]) if isinstance(key, int) and key < len(node.value) else None
    if not isinstance(node, MappingNode):
        return None
    merged: list[Node] = []
    for key_node, value_node in node.value:
        if is_merge(key_node):
            merged = value_node.value if isinstance(value_node, SequenceNode) else [value_node]
        elif isinstance(key_node, ScalarNode) and key_node.value == str(key):
            return key_node, value_node
    steps = (_step(source, key) for source in merged)
    return next((step for step in steps if step), None)


def is_merge(node: Node) -> bool:
    """Whether a key brings another mapping's values along."""
    return bool(node.tag == PLAIN and node.value == MERGE)
