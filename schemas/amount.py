"""How much cpu or memory a server is promised, and how much it may take at most."""

from __future__ import annotations

from typing import Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from schemas.model import Model

HIGHEST = 32768


class Amount(Model):
    """Promised and highest amount; a plain number in YAML means both.

    `{guarantee: 1}` alone has no upper limit: as much as the node has to spare.
    """

    guarantee: float = Field(
        gt=0,
        le=HIGHEST,
        description="What a server is promised; the scheduler sets this much aside. Cores for cpu, GiB for memory.",
        examples=[0.5, 2],
    )
    limit: float | None = Field(
        default=None,
        gt=0,
        le=HIGHEST,
        description="What a server may take at most, in the same unit; without it, whatever its node has to spare.",
        examples=[2, 8],
    )

    @model_validator(mode="before")
    @classmethod
    def _number_means_both(cls, value: Any) -> Any:
        # type(), not isinstance: true is no amount.
        return {"guarantee": value, "limit": value} if type(value) in (int, float) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(core_schema))
        both: JsonSchemaValue = {key: described.pop(key) for key in ("title", "description") if key in described}
        number = {"type": "number", "exclusiveMinimum": 0, "maximum": HIGHEST}
        return {**both, "anyOf": [number, described]}
