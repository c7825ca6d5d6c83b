"""How many placeholders keep room for the classes of now. Pure: calendars in, numbers out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ARRIVAL = timedelta(minutes=30)
"""After its start, whoever has not come to a class is not waited for. A choice of ours: long enough for those who are
late, short enough not to pay for many who stay away."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Window:
    """From when to when room is kept for one meeting of a class, in UTC."""

    opens: datetime
    closes: datetime
    servers: int

    def covers(self, now: datetime) -> bool:
        """Whether the moment lies in it; its end does not."""
        return self.opens <= now < self.closes


def open_windows(classes: Iterable[Mapping[str, Any]], now: datetime) -> list[Window]:
    """Those of the classes that the moment lies in; `now` knows its time zone.

    A class has the fields of the community file.
    """
    moment = now.astimezone(UTC)
    windows = (window for each in classes for window in _near(each, moment))
    return [window for window in windows if window.covers(moment)]


def placeholders(standing: int, windows: Sequence[Window], arrived: int) -> int:
    """How many there should be: those that always stand, and one for each who is still to come.

    `arrived` servers were started since `since(windows)`: they need no room any more. Counting them out keeps the
    cluster from making nodes anew for placeholders that have just given way to people.
    """
    expected = sum(window.servers for window in windows)
    return standing + max(0, expected - arrived)


def since(windows: Sequence[Window]) -> datetime | None:
    """When the first of them opened; None where there is none."""
    return min((window.opens for window in windows), default=None)


def _near(each: Mapping[str, Any], moment: datetime) -> Iterator[Window]:
    """Windows of the meetings of yesterday, today and tomorrow, on the class's own clock.

    Room may be made on the day before. More days are not needed: no window is longer than five hours.
    """
    zone = ZoneInfo(each["timezone"])
    today = moment.astimezone(zone).date()
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        if _meets(each, day):
            start, end = (_moment(day, each[key], zone) for key in ("start", "end"))
            yield Window(
                # In real minutes, whatever clocks do meanwhile.
                opens=start - timedelta(minutes=each["ready_before_minutes"]),
                closes=min(start + ARRIVAL, end),
                servers=each["servers"],
            )


def _meets(each: Mapping[str, Any], day: date) -> bool:
    first, last = each.get("first_day"), each.get("last_day")
    return (
        WEEKDAYS[day.weekday()] in each["weekdays"]
        and (not first or day >= date.fromisoformat(first))
        and (not last or day <= date.fromisoformat(last))
    )


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """A time that clocks skip is taken as if they did not; of one that comes twice, the first."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone).astimezone(UTC)
