"""How much cpu or memory a server is promised, and how much it may take at most."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from schemas.model import Model


class Amount(Model):
    """Promised and highest amount; a plain number in YAML means both.

    `{guarantee: 1}` alone has no upper limit: as much as the node has to spare.
    """

    guarantee: float = Field(
        gt=0,
        le=32768,
        description="What a server is promised; the scheduler sets this much aside. Cores for cpu, GiB for memory.",
        examples=[0.5, 2],
    )
    limit: float | None = Field(
        default=None,
        gt=0,
        le=32768,
        description="What a server may take at most, in the same unit; without it, whatever its node has to spare.",
        examples=[2, 8],
    )

    @model_validator(mode="before")
    @classmethod
    def _number_means_both(cls, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"guarantee": value, "limit": value}
        return value
