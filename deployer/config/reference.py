"""The reference of all fields as Markdown, made from the models."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from deployer.config.json_schema import REFERENCE, Schema, json_schema
from deployer.config.model_words import flow, models_in
from deployer.config.values_documented import chart_values
from schemas.amount import Amount
from schemas.community import Community
from schemas.hub import Hub
from schemas.image import Image
from schemas.model import PATTERN_WORDS, Model
from schemas.switch import Feature

SAME = {"name": "community", "cluster": "cluster_name"}
"""Fields of a file that a resolved deployment has under another name."""
INSIDE = {"communities/<name>.yaml": "", "images/<name>/image.yaml": "images.<name>."}
"""Files, and where their fields stand in a resolved deployment."""
FEATURES = {feature.__name__ for feature in Feature.__subclasses__()}

INTRODUCTION = """\
# All fields of a community file

A community is one file, `communities/<name>.yaml`. Everything below stands in it; what is not said has the default,
which an archetype may change (`deployer show NAME --explain` tells where each value came from).
A cluster may stand in a file of its own, `clusters/<name>.yaml`, and images stand in `images/<name>/image.yaml`.

On a cluster a hub is made of Helm charts, and the last column tells which of their values a field makes or changes: of
the chart jupyterhub unless another is named, with `<name>` for names of your own and `*` for all below. It was found by
changing each field and comparing. Where it is empty, the field makes resources beside the charts, or none.
`deployer show NAME --values --explain` tells the same of your own file, value by value.

This page is made from the models by `deployer schema`.
"""


def reference() -> str:
    """`docs/community-file.md`."""
    sections: list[tuple[str, type[Model]]] = [
        *_sections("", Community),
        *_sections("hub", Hub),
        ("images/<name>/image.yaml", Image),
    ]
    return "\n".join([INTRODUCTION, *(_section(heading, model) for heading, model in sections)])


def _sections(path: str, model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """A model and those inside it, each with its path in the file."""
    yield path or "communities/<name>.yaml", model
    for name, info in model.model_fields.items():
        container = get_origin(info.annotation)
        below = f"{path}.{name}" if path else name
        below += "[]" if container is tuple else ".<name>" if container is dict else ""
        for inner in models_in(info.annotation):
            if inner is not Amount and issubclass(inner, Model):
                yield from _sections(below, inner)


def _section(heading: str, model: type[Model]) -> str:
    schema = json_schema(model)
    # A feature's schema is true, false, or its fields.
    fields = schema if "properties" in schema else schema["anyOf"][1]
    within = INSIDE.get(heading, f"{heading}.")
    rows = [
        f"{_row(name, info, fields['properties'][name])} {_chart_values(within + name)} |"
        for name, info in model.model_fields.items()
    ]
    table = ["| Field | Meaning | Value | Default | Example | Chart values |", "| - | - | - | - | - | - |", *rows]
    return f"## `{heading}`\n\n{inspect.cleandoc(model.__doc__ or '')}\n\n" + "\n".join(table) + "\n"


def _row(name: str, info: FieldInfo, node: Schema) -> str:
    default = node.get("default")
    default = "**needed**" if info.is_required() else _code(default) if default not in (None, "", []) else ""
    example = _code(info.examples[0]) if info.examples else ""
    return f"| `{name}` | {info.description or ''} | {_kind(node)} | {default} | {example} |"


def _chart_values(field: str) -> str:
    return "<br>".join(f"`{value}`" for value in chart_values(SAME.get(field, field)))


def _code(value: Any) -> str:
    return f"`{flow(value)}`".replace("|", "\\|")


def _kind(node: Schema) -> str:
    """What may stand there, in words."""
    choices = [choice for key in ("anyOf", "oneOf") for choice in node.get(key, ()) if choice.get("type") != "null"]
    if choices:
        return ", or ".join(dict.fromkeys(_kind(choice) for choice in choices))
    if node.get("$ref", "").removeprefix(REFERENCE) in FEATURES:
        return "`true`, `false`, or a mapping"
    if "$ref" in node:
        return "number, or `{guarantee: …, limit: …}`" if node["$ref"] == f"{REFERENCE}Amount" else "mapping"
    if "const" in node or "enum" in node:
        return ", ".join(f"`{word}`" for word in node.get("enum", [node.get("const")]))
    match node.get("type"):
        case "array":
            return f"list: {_kind(node['items'])}"
        case "boolean":
            return "`true` or `false`"
        case "integer" | "number":
            return _number(node)
        case "string" if node.get("pattern") in PATTERN_WORDS:
            return f"text: {PATTERN_WORDS[node['pattern']]}".replace("|", "\\|")
        case "string":
            return "text"
    return "mapping"


def _number(node: Schema) -> str:
    kind = "whole number" if node["type"] == "integer" else "number"
    least, most = node.get("minimum"), node.get("maximum")
    bounds = [f"at least {least:g}"] if least is not None else []
    bounds += [f"more than {node['exclusiveMinimum']:g}"] if "exclusiveMinimum" in node else []
    bounds += [f"at most {most:g}"] if most is not None else []
    return f"{kind}, {', '.join(bounds)}" if bounds else kind
