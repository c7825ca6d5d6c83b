"""Room for classes: on time on everybody's clock, for as many as come, and gone afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.hub.in_pod.class_calendar import ARRIVAL, Window, open_windows, placeholders, since
from schemas.classes import Class

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def each(**fields: Any) -> dict[str, Any]:
    usual = {"name": "a", "servers": 120, "start": "09:15", "end": "10:45", "timezone": "Europe/Berlin"}
    return Class.model_validate(usual | fields).model_dump(mode="json")


def wanted(classes: list[dict[str, Any]], now: datetime, *, standing: int = 0, arrived: int = 0) -> int:
    return placeholders(standing, open_windows(classes, now), arrived)


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20T08:54:59", 0),
        ("2026-11-20T08:55:00", 120),
        ("2026-11-20T09:15:00", 120),
        ("2026-11-20T09:44:59", 120),
        ("2026-11-20T09:45:00", 0),
        ("2026-11-20T10:00:00", 0),
    ],
)
def test_room_is_made_before_and_kept_until_everyone_had_time_to_come(now: str, expected: int) -> None:
    assert wanted([each()], at(now)) == expected


@pytest.mark.parametrize(
    ("now", "start", "opens"),
    [
        # In Berlin, clocks went from 2 to 3 on 29 March 2026, and from 3 to 2 on 25 October.
        ("2026-03-28T08:55:00+01:00", "09:15", True),
        ("2026-03-29T07:55:00+01:00", "09:15", True),
        ("2026-03-29T08:55:00+02:00", "09:15", True),
        ("2026-03-29T09:55:00+02:00", "09:15", False),
        ("2026-10-25T08:55:00+01:00", "09:15", True),
        ("2026-10-25T08:55:00+02:00", "09:15", False),
        # The hour that is skipped, and the one that comes twice: the first of the two.
        ("2026-03-29T03:10:00+02:00", "02:30", True),
        ("2026-10-25T02:35:00+02:00", "02:30", True),
        ("2026-10-25T02:35:00+01:00", "02:30", False),
        # Ready 20 real minutes before 3:10, which is 1:50, not 2:50.
        ("2026-03-29T01:50:00+01:00", "03:10", True),
        ("2026-03-29T01:49:00+01:00", "03:10", False),
    ],
)
def test_clocks_that_change_change_nothing_for_people(now: str, start: str, opens: bool) -> None:
    found = open_windows([each(start=start, end="23:00")], datetime.fromisoformat(now))
    assert bool(found) is opens


def test_room_for_a_class_after_midnight_is_made_the_day_before() -> None:
    class_ = each(start="00:10", end="02:00", weekdays=["mon"])
    assert wanted([class_], at("2026-11-22T23:50:00")) == 120  # a Sunday
    assert wanted([class_], at("2026-11-23T23:50:00")) == 0
    far_away = each(start="08:00", end="09:00", weekdays=["mon"], timezone="Pacific/Kiritimati")
    assert wanted([far_away], datetime(2026, 11, 22, 18, 0, tzinfo=UTC)) == 120


def test_term_begins_and_ends_with_its_days() -> None:
    term = each(first_day="2026-10-01", last_day="2026-10-02", start="00:10", end="02:00")
    assert wanted([term], at("2026-09-29T23:55:00")) == 0
    assert wanted([term], at("2026-09-30T23:55:00")) == 120
    assert wanted([term], at("2026-10-02T00:15:00")) == 120
    assert wanted([term], at("2026-10-03T00:15:00")) == 0


def test_a_short_class_keeps_room_no_longer_than_it_lasts() -> None:
    short = each(end="09:25")
    assert wanted([short], at("2026-11-20T09:24:00")) == 120
    assert wanted([short], at("2026-11-20T09:25:00")) == 0


def test_who_has_come_needs_no_room_and_what_always_stands_stays() -> None:
    now = at("2026-11-20T09:16:00")
    assert wanted([each(), each(servers=30)], now, standing=5) == 155
    assert wanted([each(), each(servers=30)], now, standing=5, arrived=100) == 55
    assert wanted([each()], now, standing=5, arrived=500) == 5
    assert wanted([], now, standing=5, arrived=500) == 5


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
zones = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "America/Nuuk",
        "UTC",
    ]
)


@st.composite
def classes(draw: st.DrawFn) -> dict[str, Any]:
    start, end = sorted(draw(st.lists(clocks, min_size=2, max_size=2, unique=True)))
    days = draw(st.lists(st.sampled_from(EVERY_DAY), min_size=1, unique=True))
    return each(
        servers=draw(st.integers(1, 300)),
        start=start,
        end=end,
        timezone=draw(zones),
        weekdays=days,
        ready_before_minutes=draw(st.integers(0, 240)),
        first_day=draw(st.none() | st.just("2026-03-01")),
        last_day=draw(st.none() | st.just("2026-12-01")),
    )


@given(st.lists(classes(), max_size=5), moments)
def test_classes_add_up_and_none_changes_another(several: list[dict[str, Any]], now: datetime) -> None:
    assert wanted(several, now, standing=3) == 3 + sum(wanted([one], now) for one in several)


@given(classes(), moments)
def test_a_window_belongs_to_a_day_on_which_the_class_meets(class_: dict[str, Any], now: datetime) -> None:
    for window in open_windows([class_], now):
        start = window.opens + timedelta(minutes=class_["ready_before_minutes"])
        day: date = start.astimezone(ZoneInfo(class_["timezone"])).date()
        assert EVERY_DAY[day.weekday()] in class_["weekdays"]
        assert (class_["first_day"] or "") <= day.isoformat() <= (class_["last_day"] or "9999")
        assert window.opens <= now < window.closes <= start + ARRIVAL


@given(classes(), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_every_meeting_of_every_day_has_its_window(class_: dict[str, Any], day: date) -> None:
    zone = ZoneInfo(class_["timezone"])
    start = datetime.combine(day, datetime.strptime(class_["start"], "%H:%M").time(), tzinfo=zone)
    meets = EVERY_DAY[day.weekday()] in class_["weekdays"]
    in_term = (class_["first_day"] or "") <= day.isoformat() <= (class_["last_day"] or "9999")
    real = start.astimezone(UTC)
    if real.astimezone(zone).date() != day:
        return  # a day that this clock leaves out
    end = datetime.combine(day, datetime.strptime(class_["end"], "%H:%M").time(), tzinfo=zone).astimezone(UTC)
    opens = real - timedelta(minutes=class_["ready_before_minutes"])
    found = [window.opens for window in open_windows([class_], opens)]
    lasts = min(end, real + ARRIVAL) > opens
    assert (opens in found) == (meets and in_term and lasts)


@given(classes(), moments)
def test_room_does_not_depend_on_whose_clock_asks(class_: dict[str, Any], now: datetime) -> None:
    elsewhere = now.astimezone(ZoneInfo("Asia/Tokyo"))
    assert open_windows([class_], now) == open_windows([class_], elsewhere)


def test_arrivals_count_from_when_the_first_window_opened() -> None:
    early = Window(datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 1, 1, 9, tzinfo=UTC), 1)
    late = Window(datetime(2026, 1, 1, 8, 30, tzinfo=UTC), datetime(2026, 1, 1, 9, tzinfo=UTC), 1)
    assert since([late, early]) == early.opens
    assert since([]) is None
