"""What the data files have in common: every figure names where it was read, and when."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints


class Record(BaseModel):
    """A part of a data file: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
"""2026-10, where a source does not tell the day."""


class Source(Record):
    """Where figures were read."""

    title: str
    date: datetime.date | Month | Literal["undated"]
    """The source's own date, not the day somebody looked."""
    region: str | None = None
    """The cloud's region that prices are of; None for what is the same everywhere."""

    def __str__(self) -> str:
        return ", ".join(str(part) for part in (self.title, self.region, self.date) if part)


def _unknown_is_none(value: Any) -> Any:
    if value is None:
        raise ValueError("write a figure, or: unknown")
    return None if value == "unknown" else value


OrUnknown = BeforeValidator(_unknown_is_none)
"""Reads `unknown` as None and refuses an empty value: what nobody found out is said, never left out."""

Usd = Annotated[float | None, OrUnknown]
