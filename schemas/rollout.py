"""How rollouts of a community go about its prod: by themselves or by hand, at any time or in windows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.classes import ClockTime, TimeZone, Weekday
from schemas.model import Many, Model


class MaintenanceWindow(Model):
    """A time of the week at which prod may be worked on."""

    weekdays: Many[Weekday] = Field(
        default=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        min_length=1,
        description="Days on which it opens; every day by default.",
        examples=[["sat", "sun"]],
    )
    start: ClockTime = Field(description="When it opens, on the clock of the time zone.", examples=["02:00"])
    end: ClockTime = Field(
        description="When it closes; an earlier time than `start` is one of the next day.", examples=["04:00"]
    )
    timezone: TimeZone = Field(description="Whose clock that is.", examples=["Europe/Berlin", "America/New_York"])


class RolloutRules(Model):
    """When a deploy goes on to prod. Makes no resource: a change of it alone deploys nothing."""

    prod: Literal["by_itself", "by_hand"] = Field(
        default="by_itself",
        description="`by_itself`: prod follows a staging that passed its check; `by_hand`: it waits for "
        "`deployer promote`.",
        examples=["by_hand"],
    )
    maintenance: Many[MaintenanceWindow] = Field(
        default=(),
        description="Times at which prod may be worked on; any time when there are none.",
        examples=[[{"weekdays": ["sat"], "start": "02:00", "end": "04:00", "timezone": "Europe/Berlin"}]],
    )
