"""When Google may maintain a cluster, and what it leaves alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pulumi_gcp as gcp

# A Monday. The dates mean nothing; Google reads the hours and the recurrence.
FIRST = datetime(2026, 1, 5, tzinfo=UTC)
# Google wants 48 hours in any 92 days (32, its guide said until lately), at least 4 at a time; four nights a week are
# 64 in 32 days.
HOURS = 4
RECURRENCE = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"


def maintenance_policy(hour_utc: int, *, pinned: bool) -> gcp.container.ClusterMaintenancePolicyArgsDict:
    """Four hours from that hour on, Monday to Thursday.

    Where the minor version is `pinned`, Google applies patches alone as long as it supports that version.
    """
    start = FIRST + timedelta(hours=hour_utc)
    return {
        "recurring_window": {
            "start_time": _zulu(start),
            "end_time": _zulu(start + timedelta(hours=HOURS)),
            "recurrence": RECURRENCE,
        },
        "maintenance_exclusions": [_NO_MINOR_UPGRADES] if pinned else [],
    }


def _zulu(moment: datetime) -> str:
    # Google answers in UTC; any other notation would be a difference forever.
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_NO_MINOR_UPGRADES: gcp.container.ClusterMaintenancePolicyMaintenanceExclusionArgsDict = {
    "exclusion_name": "pinned-minor",
    "start_time": _zulu(FIRST),
    "exclusion_options": {"scope": "NO_MINOR_UPGRADES", "end_time_behavior": "UNTIL_END_OF_SUPPORT"},
}
