"""YAML nodes to plain values: what libyaml parsed, checked for what YAML allows and configuration should not."""

from __future__ import annotations

from typing import Any, Final

from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from deployer.config.document import PLAIN, Path, is_merge, path_text, place_of
from deployer.config.scalars import plain_value
from deployer.errors import Problem

DEEPEST = 50
"""Levels of nesting; community files need about ten, and the parser's own stack ends somewhere above 20,000."""
MOST_VALUES = 100_000
"""Values after aliases are followed; far above any real file, far below what a nest of aliases grows to."""


QUOTED: Final = "quoted"
LIST: Final = "list"
MAPPING: Final = "mapping"
STANDARD_TAG: Final = "tag:yaml.org,2002:"
STRING_TAG: Final = f"{STANDARD_TAG}str"


class TooDeepError(Exception):
    """More levels of nesting than any file needs."""


class Parser(CParser):
    """libyaml's parser, with tags that only say how a node was written."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def resolve(self, kind: type[Node], _value: str, implicit: tuple[bool, bool] | bool) -> str:
        if kind is ScalarNode:
            return PLAIN if isinstance(implicit, tuple) and implicit[0] else QUOTED
        return LIST if kind is SequenceNode else MAPPING

    def descend_resolver(self, _parent: Node, _index: Any) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooDeepError

    def ascend_resolver(self) -> None:
        self.depth -= 1


class Reader:
    """Turns nodes into plain values, once each however many aliases there are, and collects what is wrong."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.problems: list[Problem] = []
        self.size = 0
        self.known: dict[Node, tuple[Any, int] | None] = {}

    def value(self, node: Node, path: Path = ()) -> Any:
        self.size += 1
        tag = node.tag
        if tag == PLAIN:
            return plain_value(node.value)
        if tag in (QUOTED, STRING_TAG):
            return node.value
        if tag not in (LIST, MAPPING):
            self._problem(node, path, f"the tag {tag.replace(STANDARD_TAG, '!!')} has no meaning here", "remove it")
            return None
        return self._collection(node, path)

    def _collection(self, node: Any, path: Path) -> Any:
        """A list or mapping; the second time, by an alias, the same object again."""
        if node in self.known:
            known = self.known[node]
            if known is None:
                self._problem(node, path, "an alias inside what it stands for has no end", "write the values out")
                return None
            value, size = known
            self.size += size
        else:
            self.known[node] = None
            before = self.size
            value = self._list(node, path) if isinstance(node, SequenceNode) else self._mapping(node, path)
            self.known[node] = (value, self.size - before)
        if self.size > MOST_VALUES:
            raise OverflowError
        return value

    def _list(self, node: SequenceNode, path: Path) -> list[Any]:
        return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        value: dict[str, Any] = {}
        merge_node: Node | None = None
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            if is_merge(key_node):
                if merge_node is not None:
                    self._twice(node, key_node, path)
                merge_node = value_node
            elif key in value:
                self._twice(node, key_node, path)
            else:
                value[key] = self.value(value_node, (*path, key))
        return value if merge_node is None else {**self._merged(merge_node, path), **value}

    def _twice(self, mapping: MappingNode, again: ScalarNode, path: Path) -> None:
        first = next(node for node, _ in mapping.value if isinstance(node, ScalarNode) and node.value == again.value)
        place = place_of(self.label, first)
        fault = f"the key {again.value!r} is here twice, first in line {place.line}, column {place.column}"
        self._problem(again, (*path, again.value), fault, "keep one of them")

    def _merged(self, node: Node, path: Path) -> dict[str, Any]:
        """What `<<` brings: a mapping, or several of which the first wins."""
        sources = node.value if isinstance(node, SequenceNode) else [node]
        merged: dict[str, Any] = {}
        for source in reversed(sources):
            value = self.value(source, path)
            if isinstance(value, dict):
                merged.update(value)
            elif value is not None or isinstance(source, ScalarNode):
                self._problem(source, path, "<< takes a mapping, or a list of mappings", "give it an alias: <<: *name")
        return merged

    def _key(self, node: Node, path: Path) -> str | None:
        if node.tag == PLAIN:
            key = plain_value(node.value)
            if isinstance(key, str):
                return key
            what = {bool: "a yes or no", int: "a number", float: "a number"}.get(type(key), "nothing at all")
            fault = f"the key {node.value} is read as {what}" if node.value else "a key is missing before the colon"
            self._problem(node, path, fault, f"quote it: '{node.value}'" if node.value else "write one")
            return None
        if isinstance(node, ScalarNode):
            return str(node.value)
        self._problem(node, path, "a list or mapping cannot be a key", "is a space, a quote or a brace missing?")
        return None

    def _problem(self, node: Node, path: Path, fault: str, remedy: str) -> None:
        place = place_of(self.label, node)
        self.problems.append(Problem(place=place, path=path_text(path), fault=fault, remedy=remedy))
