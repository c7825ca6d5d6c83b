"""Where a change costs more than a community's own maintainers may decide alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import inf

from deployer.comparison.costs import CostDifference, Hour, ServerHour, cost_difference
from deployer.review.limits import EVERY_SERVER
from schemas.community import Deployment
from schemas.policy import CostLimits

NO_PROFILE = "every server"
"""How costs name the servers of a hub without profiles."""


class CostsBeyond:
    """One stage, before and after. Where no prices are known at all, sizes alone are limited."""

    def __init__(self, before: Deployment, after: Deployment, limits: CostLimits) -> None:
        self.before, self.after, self.limits = before, after, limits

    @property
    def month(self) -> Iterator[str]:
        """Whether the month in which nobody computes costs too much more."""
        old, new = self._difference.month.before.usd, self._difference.month.after.usd
        more = new - old if old is not None and new is not None else 0
        if more > self.limits.usd_more_per_month:
            yield f"${more:,.2f} more a month, above the limit of ${self.limits.usd_more_per_month:,.2f}"

    def of_profile(self, name: str) -> Iterator[str]:
        """Whether an hour of a profile's dearest server costs too much."""
        hours = [hour for hour in self._difference.hours if hour.profile == (name or NO_PROFILE)]
        old, new = _dearest(hours, before=True), _dearest(hours, before=False)
        cap = self.limits.usd_per_server_hour
        if new > cap and new > old:
            whose = f"profile {name}" if name != EVERY_SERVER else "servers"
            price = "an hour costs nobody knows what" if new == inf else f"${new:.2f} an hour"
            yield f"{whose}: {price}, above the limit of ${cap:.2f}"

    @cached_property
    def _difference(self) -> CostDifference:
        return cost_difference(self.before, self.after)


def _dearest(hours: list[ServerHour], *, before: bool) -> float:
    sides = (hour.before if before else hour.after for hour in hours)
    return max((_usd(side) for side in sides if side), default=0)


def _usd(hour: Hour) -> float:
    return inf if hour.full is None else hour.full
