"""When classes meet: nodes are up before people come, and gone when they have left."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from schemas.model import Many, Model, Slug, text

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ClockTime = Annotated[
    str, text(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", 'a time of day in quotation marks, e.g. "09:15"', max_length=5)
]


def _day(value: str) -> str:
    date.fromisoformat(value)  # raises ValueError, in words that people understand
    return value


@cache
def _timezones() -> frozenset[str]:
    """Read once: it walks through hundreds of files."""
    return frozenset(available_timezones())


def _timezone(value: str) -> str:
    if value not in _timezones():
        raise ValueError("no such time zone; write one as Europe/Berlin or America/New_York")
    return value


Day = Annotated[
    str,
    text(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", 'a day in quotation marks, e.g. "2026-10-01"', max_length=10),
    AfterValidator(_day),
]
TimeZone = Annotated[
    str, text(r"^[A-Za-z0-9_+/-]+$", "a time zone, e.g. Europe/Berlin", max_length=60), AfterValidator(_timezone)
]


class Class(Model):
    """A class that meets every week, or an event of some days."""

    name: Slug = Field(description="Short name.", examples=["statistics"])
    servers: int = Field(ge=1, le=10000, description="Servers that people will start at once.", examples=[120])
    profile: Slug | None = Field(
        default=None, description="The profile that they will choose; by default the default one.", examples=["small"]
    )
    weekdays: Many[Weekday] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        min_length=1,
        description="Days on which it meets; every day by default.",
        examples=[["mon", "thu"]],
    )
    start: ClockTime = Field(description="When it begins, on the clock of the time zone.", examples=["09:15"])
    end: ClockTime = Field(description="When it ends; later than `start`.", examples=["10:45"])
    timezone: TimeZone = Field(description="Whose clock that is.", examples=["Europe/Berlin", "America/New_York"])
    first_day: Day | None = Field(
        default=None, description="First day of term; any by default.", examples=["2026-10-01"]
    )
    last_day: Day | None = Field(default=None, description="Last day of term; any by default.", examples=["2027-02-12"])
    ready_before_minutes: int = Field(
        default=20,
        ge=0,
        le=240,
        description="Minutes before `start` at which room is made: nodes take some to come up and to fetch images.",
        examples=[20],
    )
