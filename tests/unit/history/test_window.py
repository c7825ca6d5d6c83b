"""When maintenance windows open, and what a rollout makes of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deployer.errors import BadInput
from deployer.rollout.window import opens_at, read_window

FRIDAY = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


def at(words: str, now: datetime) -> str:
    found = opens_at(read_window(words), now)
    return found.isoformat() if found else "open"


@pytest.mark.parametrize(
    ("words", "now", "opens"),
    [
        ("now", FRIDAY, "open"),
        ("sat 02:00-04:00 Europe/Berlin", FRIDAY, "2026-11-21T02:00:00+01:00"),
        ("sat 02:00-04:00 Europe/Berlin", datetime(2026, 11, 21, 1, 0, tzinfo=UTC), "open"),
        ("sat 02:00-04:00 Europe/Berlin", datetime(2026, 11, 21, 3, 0, tzinfo=UTC), "2026-11-28T02:00:00+01:00"),
        ("fri 22:00-02:00 UTC", datetime(2026, 11, 21, 1, 59, tzinfo=UTC), "open"),
        ("fri 22:00-02:00 UTC", datetime(2026, 11, 21, 2, 0, tzinfo=UTC), "2026-11-27T22:00:00+00:00"),
        ("22:00-23:30 UTC", FRIDAY, "open"),
        ("tue,thu 09:15-10:00 America/New_York", FRIDAY, "2026-11-24T09:15:00-05:00"),
        # The night in which clocks in Berlin go from 02:00 to 03:00, and that in which 02:30 comes twice.
        ("sun 02:30-05:00 Europe/Berlin", datetime(2026, 3, 29, 1, 29, tzinfo=UTC), "2026-03-29T03:30:00+02:00"),
        ("sun 02:30-02:45 Europe/Berlin", datetime(2026, 10, 25, 0, 31, tzinfo=UTC), "open"),
    ],
)
def test_when_it_opens(words: str, now: datetime, opens: str) -> None:
    assert at(words, now) == opens


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("tomorrow", "it is neither now nor days, times and a time zone"),
        ("sat 02:00-04:00", "it is neither now nor days, times and a time zone"),
        ("sat 02:00-04:00 Europe/Berlinn", "timezone: no such time zone"),
        ("sad 02:00-04:00 UTC", "weekdays"),
        ("sat 25:00-04:00 UTC", "start"),
        ("sat 02:00-02:00 UTC", "it closes when it opens"),
    ],
)
def test_what_is_no_window(words: str, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_window(words)
    assert why in refused.value.fault
    assert "--window now" in refused.value.remedy
