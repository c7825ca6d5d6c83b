"""A feature that is on, off, or on with settings: `true`, `false`, or a mapping."""

from __future__ import annotations

from typing import Any

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from schemas.model import Model


class Feature(Model):
    """Settings of a feature; `true` in YAML means all defaults. `false` is for the field that holds it: see `off`."""

    @model_validator(mode="before")
    @classmethod
    def _true_means_defaults(cls, value: Any) -> Any:
        return {} if value is True else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(core_schema))
        both: JsonSchemaValue = {key: described.pop(key) for key in ("title", "description") if key in described}
        return {**both, "anyOf": [{"type": "boolean"}, described]}


def off(value: Any) -> Any:
    """`false` as what it means to a field that may be empty; a validator to run before the field's own."""
    return None if value is False else value
