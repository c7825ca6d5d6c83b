"""JSON Schemas of the files that people write, made from the models: editors complete and check with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from pydantic.json_schema import models_json_schema

from schemas.cluster import Cluster
from schemas.community import Community
from schemas.hub import Hub
from schemas.image import Image
from schemas.model import PATTERN_WORDS, Model
from schemas.operators import Operators
from schemas.policy import Policy
from schemas.secrets import Secrets

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
COMMENT = "Generated from schemas/*.py by `deployer schema`; change those and run it again."
FIELDS = "Fields"
"""Ends the name of a definition whose required keys may come from elsewhere: an archetype, the community, a stage."""
REFERENCE = "#/$defs/"


def schema_files() -> dict[str, str]:
    """The generated files of `schemas/`: names and texts."""
    roots: dict[str, type[Model]] = {"community": Community, "cluster": Cluster, "image": Image, "policy": Policy}
    roots |= {"operators": Operators, "secrets": Secrets}
    return {f"{name}.schema.json": f"{json.dumps(json_schema(model), indent=2)}\n" for name, model in roots.items()}


def json_schema(root: type[Model]) -> Schema:
    """One kind of file as JSON Schema, draft 2020-12."""
    _, generated = models_json_schema([(root, "validation"), (Hub, "validation")], ref_template=REFERENCE + "{model}")
    definitions: dict[str, Schema] = generated["$defs"]
    for definition in definitions.values():
        _tidy(definition)
    if root is Community:
        fields = {"$ref": _with_nothing_required("Hub", definitions)}
        for name in ("Community", "StageOverrides"):
            properties = definitions[name]["properties"]
            described = {key: properties["hub"][key] for key in ("description", "examples")}
            properties["hub"] = {**fields, **described}
    top = definitions.pop(root.__name__)
    used = _used(top, definitions)
    return {
        "$schema": DIALECT,
        "$comment": COMMENT,
        **top,
        **({"$defs": {name: definitions[name] for name in sorted(used)}} if used else {}),
    }


def _tidy(node: Schema) -> None:
    """What pydantic leaves out of a schema, or should have."""
    if "patternProperties" in node:
        node.setdefault("additionalProperties", False)
    if node.get("pattern") in PATTERN_WORDS:
        node["patternErrorMessage"] = f"write {PATTERN_WORDS[node['pattern']]}"  # shown by editors, ignored elsewhere
    if isinstance(node.get("default"), dict):
        del node["default"]  # the defaults of its fields say it better
    for below in _below(node):
        _tidy(below)


def _below(node: Schema) -> Iterator[Schema]:
    """The schemas directly inside a schema."""
    for key in ("properties", "patternProperties"):
        yield from node.get(key, {}).values()
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(node.get(key), dict):
            yield node[key]
    for key in ("anyOf", "oneOf"):
        yield from node.get(key, ())


def _with_nothing_required(name: str, definitions: dict[str, Schema]) -> str:
    """A reference to a definition whose mappings may be partial; lists are replaced whole, and so stay whole."""
    partial = f"{name}{FIELDS}"
    if partial not in definitions:
        definitions[partial] = {}  # ends the recursion of a model that holds itself
        definitions[partial] = _partial(deepcopy(definitions[name]), definitions)
    return f"{REFERENCE}{partial}"


def _partial(node: Schema, definitions: dict[str, Schema]) -> Schema:
    node.pop("required", None)
    if "$ref" in node:
        node["$ref"] = _with_nothing_required(node["$ref"].removeprefix(REFERENCE), definitions)
    for choices in ("anyOf", "oneOf"):
        if choices in node:
            node[choices] = [_partial(choice, definitions) for choice in node[choices]]
    for key, value in node.get("properties", {}).items():
        node["properties"][key] = _partial(value, definitions)
    return node


def _used(root: Schema, definitions: dict[str, Schema]) -> set[str]:
    """Names of the definitions that a schema refers to, directly or through others."""
    used: set[str] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting.extend(_below(node))
        name = node.get("$ref", "").removeprefix(REFERENCE)
        if name and name not in used:
            used.add(name)
            waiting.append(definitions[name])
    return used
