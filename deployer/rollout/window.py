"""Maintenance windows: whether one is open, and when the next one opens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from deployer.errors import BadInput
from schemas.rollout import MaintenanceWindow

NOW: Final = "now"
"""In a window's place: at once."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_TIME: Final[tuple[MaintenanceWindow, ...]] = ()
_WORDS: Final = re.compile(r"(?:(?P<days>[a-z,]+)\s+)?(?P<start>\d\d:\d\d)\s*-\s*(?P<end>\d\d:\d\d)\s+(?P<zone>\S+)")


def read_window(words: str) -> tuple[MaintenanceWindow, ...]:
    """Windows that somebody wrote on the command line: `now`, or `sat,sun 02:00-04:00 Europe/Berlin`.

    Raises BadInput.
    """
    said = words.strip()
    if said.lower() == NOW:
        return ANY_TIME
    found = _WORDS.fullmatch(said) or _WORDS.fullmatch(said.lower())
    if found is None:
        raise _not_understood(words, "it is neither now nor days, times and a time zone")
    days = tuple(found["days"].lower().split(",")) if found["days"] else WEEKDAYS
    asked = {"weekdays": days, "start": found["start"], "end": found["end"], "timezone": found["zone"]}
    try:
        window = MaintenanceWindow.model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        raise _not_understood(words, f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}") from None
    if window.start == window.end:
        raise _not_understood(words, "it closes when it opens")
    return (window,)


def opens_at(windows: Sequence[MaintenanceWindow], now: datetime) -> datetime | None:
    """When the next window opens, on its own clock; None where one is open, or there are none. `now` has a time zone.

    A day on which clocks skip the time that opens it opens as if they did not.
    """
    if not windows:
        return None
    spans = [span for window in windows for span in _near(window, now)]
    if any(start <= now < end for start, end in spans):
        return None
    return min((start for start, _ in spans if start > now), key=lambda start: start.astimezone(UTC))


def _near(window: MaintenanceWindow, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Its openings from yesterday to a week ahead, which is the longest that anybody has to wait."""
    zone = ZoneInfo(window.timezone)
    today = now.astimezone(zone).date()
    past_midnight = timedelta(days=1 if window.end < window.start else 0)
    for ahead in range(-1, 9):
        day = today + timedelta(days=ahead)
        if WEEKDAYS[day.weekday()] in window.weekdays:
            yield _moment(day, window.start, zone), _moment(day + past_midnight, window.end, zone)


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    # By way of UTC: times of one zone are compared by their clocks alone, which repeat an hour in autumn.
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone).astimezone(UTC).astimezone(zone)


def _not_understood(words: str, why: str) -> BadInput:
    return BadInput(
        [],
        fault=f"{words!r} is no maintenance window: {why}",
        remedy='write --window now, or e.g. --window "sat,sun 02:00-04:00 Europe/Berlin"',
    )
