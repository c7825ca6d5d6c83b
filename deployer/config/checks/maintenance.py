"""Maintenance windows: each is open for some time."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.config.checks.finding import Finding
from schemas.rollout import RolloutRules


def check_maintenance(rules: RolloutRules) -> Iterator[Finding]:
    """Paths begin at the file's root."""
    for position, window in enumerate(rules.maintenance):
        if window.start == window.end:
            yield Finding(
                ("rollout", "maintenance", position, "end"),
                f"it closes at {window.end}, when it opens",
                "write another end; for a whole day: start 00:00 and end 23:59",
            )
