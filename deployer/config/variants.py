"""Deployments that differ from another in one field: how anybody finds out, exactly, what a field does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from deployer.config.document import Key, Path
from schemas.amount import Amount
from schemas.community import Deployment
from schemas.model import Model

ESCAPES = ("helm_values", "provider")
"""Fields that are values already, and the one that chooses what values are at all."""


def fields(model: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Any, FieldInfo]]:
    """Every field that holds something of its own, with its value: amounts are one, so are lists of scalars."""
    for name, info in type(model).model_fields.items():
        if name not in ESCAPES:
            yield from _within(getattr(model, name), info, (*path, name))


def _within(value: Any, info: FieldInfo, here: Path) -> Iterator[tuple[Path, Any, FieldInfo]]:
    if isinstance(value, BaseModel) and not isinstance(value, Amount):
        yield from fields(value, here)
    elif isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _within(item, info, (*here, key))
    elif isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
        for position, item in enumerate(value):
            yield from _within(item, info, (*here, position))
    else:
        yield here, value, info


def is_default(value: Any, info: FieldInfo) -> bool:
    """Whether it is what the field has when nobody says anything."""
    return not info.is_required() and bool(value == info.get_default(call_default_factory=True))


def others(value: Any, info: FieldInfo) -> Iterator[Any]:
    """Other values for the field, the likeliest to be valid first. They are not checked."""
    candidates = [
        *([] if info.is_required() else [info.get_default(call_default_factory=True)]),
        *_like(value),
        *(() if isinstance(value, tuple) else _words_of(info.annotation)),
        *(_as_field(example, info) for example in info.examples or ()),
        *([f"{value}x", re.sub(r"\d$", _next_digit, value)] if isinstance(value, str) else []),
    ]
    seen: list[Any] = [value]
    for candidate in candidates:
        if candidate not in seen:
            seen.append(candidate)
            yield candidate


def with_value(deployment: Deployment, path: Path, value: Any) -> Deployment:
    """The deployment with another value in one place, unchecked."""
    replaced: Deployment = _replaced(deployment, path, value)
    return replaced


def _replaced(whole: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(whole, BaseModel):
        name = str(key)
        return whole.model_copy(update={name: _replaced(getattr(whole, name), rest, value)})
    if isinstance(whole, tuple):
        position = _position(key)
        return (*whole[:position], _replaced(whole[position], rest, value), *whole[position + 1 :])
    return {**whole, key: _replaced(whole[key], rest, value)}


def _position(key: Key) -> int:
    if not isinstance(key, int):
        raise KeyError(key)
    return key


def _like(value: Any) -> Iterator[Any]:
    """Others of the same kind."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield max(1, value // 10)
    elif isinstance(value, float):
        yield value * 2
    elif isinstance(value, Amount):
        limit = value.limit or value.guarantee
        yield Amount(guarantee=value.guarantee / 2, limit=limit * 2)
    elif isinstance(value, tuple) and len(value) > 1:
        yield value[:-1]


def _next_digit(found: re.Match[str]) -> str:
    return str((int(found.group()) + 1) % 10)


def _words_of(annotation: Any) -> Iterator[Any]:
    """The words of which a field takes one."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    for argument in get_args(annotation):
        yield from _words_of(argument)


def _as_field(example: Any, info: FieldInfo) -> Any:
    """An example as the model would hold it."""
    if id(info) not in _holders:
        _holders[id(info)] = create_model("Holder", __base__=Model, field=(cast("Any", info.annotation), info))
    return getattr(_holders[id(info)].model_validate({"field": example}), "field")  # noqa: B009 - made at run time


_holders: dict[int, type[BaseModel]] = {}
"""Models of one field, by the field that models have for good."""
