"""What a change costs: the month in which nobody computes, and an hour of each server, before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from components.clouds import cloud
from components.machines.names import UnavailableError
from components.machines.offers import clouds

if TYPE_CHECKING:
    from components.cost import Cost
    from schemas.cluster import Cluster
    from schemas.community import Deployment

T = TypeVar("T")


@dataclass(frozen=True)
class Amount:
    """Money in USD; what nobody found out comes on top, unknown how much."""

    usd: float | None
    """None where nothing of it is known."""
    unknown: tuple[str, ...] = ()
    """Items of a sum that are not in it."""


@dataclass(frozen=True)
class MonthItem:
    """One item of the idle month that is not as it was; a side without it costs nothing there."""

    item: str
    before: Amount
    after: Amount


@dataclass(frozen=True)
class Hour:
    """An hour of one server, in USD."""

    full: float | None
    """Its share of a node that is full of such servers; None where the price is unknown, or it fits no node."""
    alone: float | None
    """What it costs to be the node's only server."""


@dataclass(frozen=True)
class ServerHour:
    """An hour in one profile, and one of its sizes; None for a side without it."""

    profile: str
    size: str
    """Empty where the profile has but one."""
    before: Hour | None
    after: Hour | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, kw_only=True)
class CostDifference:
    """All of it; a side on which nothing stands costs nothing."""

    month: MonthItem
    """The whole idle month."""
    items: tuple[MonthItem, ...]
    """Those that differ, in the order of the bill."""
    hours: tuple[ServerHour, ...]
    """Each profile and size of either side, in the order of the page."""
    elsewhere: str = ""
    """What is unknown because the cluster stands in another region than that of the prices."""

    @property
    def changed(self) -> bool:
        """Whether anything costs something else, as far as anybody knows."""
        return bool(self.items) or self.month.before != self.month.after or any(hour.changed for hour in self.hours)

    @property
    def of_servers(self) -> CostDifference:
        """Without the month: that of a cluster is told once, however many communities are on it."""
        return replace(self, month=MonthItem(self.month.item, NOTHING, NOTHING), items=())


NOTHING = Amount(0.0)
UNKNOWN = Amount(None)


def cost_difference(before: Deployment | None, after: Deployment | None) -> CostDifference:
    """What one stage's cluster and servers cost on both sides, as `deployer cost` reckons; None where there is none.

    Nothing is raised: what cannot be reckoned is unknown.
    """
    return _between(_Side.of_community(before), _Side.of_community(after))


def cluster_cost_difference(before: Cluster | None, after: Cluster | None) -> CostDifference:
    """The same of a cluster alone: no servers are on it."""
    return _between(_Side.of_cluster(before), _Side.of_cluster(after))


def _between(old: _Side, new: _Side) -> CostDifference:
    changed = [
        MonthItem(item, old.items.get(item, NOTHING), new.items.get(item, NOTHING))
        for item in dict.fromkeys((*new.items, *old.items))
    ]
    return CostDifference(
        month=MonthItem("together", old.month, new.month),
        items=tuple(item for item in changed if item.before != item.after),
        hours=tuple(
            ServerHour(profile, size, old.hours.get((profile, size)), new.hours.get((profile, size)))
            for profile, size in dict.fromkeys((*new.hours, *old.hours))
        ),
        elsewhere=new.elsewhere or old.elsewhere,
    )


class _Side:
    """One side's costs; `provider` is None where nothing stands."""

    def __init__(self, provider: str | None, reckon: Callable[[], Cost]) -> None:
        cost = _reckoned(provider, reckon)
        self.items: Mapping[str, Amount] = {}
        self.hours: Mapping[tuple[str, str], Hour] = {}
        self.elsewhere = cost.elsewhere if cost else ""
        if cost is None:
            free = provider is None or not cloud(provider).sends_bill
            self.month = NOTHING if free else UNKNOWN
            return
        # To the cent: sums of the same prices in another order are no difference.
        self.month = Amount(round(cost.month.usd, 2), tuple(dict.fromkeys(cost.month.unknown)))
        self.items = {line.item: _rounded(cost.month.of(line.item)) for line in cost.month.lines}
        self.hours = {
            (each.profile, each.size.slug): Hour(_to_digits(each.hour.full), _to_digits(each.hour.alone))
            for each in cost.servers
        }

    @classmethod
    def of_community(cls, deployment: Deployment | None) -> _Side:
        from components.cost import community_cost

        provider = deployment.cluster.provider if deployment else None
        return cls(provider, lambda: community_cost(_there(deployment)))

    @classmethod
    def of_cluster(cls, cluster: Cluster | None) -> _Side:
        from components.cost import cluster_cost

        return cls(cluster.provider if cluster else None, lambda: cluster_cost(_there(cluster)))


def _reckoned(provider: str | None, reckon: Callable[[], Cost]) -> Cost | None:
    if provider not in clouds():
        return None
    try:
        return reckon()
    except UnavailableError:
        return None


def _there(side: T | None) -> T:
    if side is None:
        raise ValueError("nothing stands on this side")
    return side


def _rounded(usd: float | None) -> Amount:
    return UNKNOWN if usd is None else Amount(round(usd, 2))


def _to_digits(usd: float | None) -> float | None:
    return None if usd is None else round(usd, 4)
