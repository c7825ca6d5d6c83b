"""What a community costs, for people and programs."""

from __future__ import annotations

from typing import Any

from components.machines.community_cost import CommunityCost, ServerCost
from components.machines.rates import HOURS_PER_MONTH
from deployer.report.columns import aligned
from deployer.report.console import output, print_json


def show_cost(community: str, cost: CommunityCost | None, *, as_json: bool) -> None:
    """The idle month line by line, then an hour of each size; None: this machine sends no bill."""
    if as_json:
        print_json(cost_data(community, cost))
        return
    if cost is None:
        output().print("this machine: nothing", markup=False)
        return
    _month(community, cost)
    _servers(cost)
    catalogue = cost.offer.catalogue
    output().print()
    for line in (
        f"machines: {catalogue.on_demand_from}; spot: {catalogue.spot_from}",
        "other prices: " + "; ".join(str(source) for source in cost.offer.rates.sources.values()),
        "not counted: " + ", ".join(cost.offer.rates.not_counted),
        *(f"cheaper: {advice}" for advice in cost.offer.rates.cheaper),
    ):
        output().print(line, markup=False, style="dim")


def _month(community: str, cost: CommunityCost) -> None:
    where = f"{cost.offer.cloud}, {cost.offer.catalogue.region}"
    output().print(f"{community} on {where}: a month of {HOURS_PER_MONTH} hours while nobody computes", style="bold")
    total = f"{cost.month.usd:.2f}" + (" and what is unknown" if cost.month.unknown else "")
    rows = [(line.item, line.what, _usd(line.usd)) for line in cost.month.lines]
    for text in aligned([*rows, ("together", "", total)], right=(2,)):
        output().print(text, markup=False)
    output().print(f"core: {cost.core.reason}", markup=False, style="dim")


def _servers(cost: CommunityCost) -> None:
    if not cost.servers:
        return
    output().print()
    output().print("An hour of a server: its share of a full node, and a node for itself", style="bold")
    rows = [("profile", "pool", "machine", "promised", "per node", "$/h full", "$/h alone")]
    rows += [
        (
            " ".join(part for part in (server.profile, server.size) if part),
            server.pool,
            server.machine.machine.name,
            f"{server.guarantee.cpu:g} cores, {server.guarantee.memory_gib:.1f} GiB",
            str(server.hour.per_node) if server.hour.per_node else "does not fit",
            _usd(server.hour.full, 4) if server.hour.per_node else "-",
            _usd(server.hour.alone, 3) if server.hour.per_node else "-",
        )
        for server in cost.servers
    ]
    for number, text in enumerate(aligned(rows, right=(4, 5, 6))):
        output().print(text, markup=False, style="dim" if number == 0 else "")
    for reason in dict.fromkeys(f"{server.pool}: {server.machine.reason}" for server in cost.servers):
        output().print(reason, markup=False, style="dim")


def _usd(amount: float | None, digits: int = 2) -> str:
    return "unknown" if amount is None else f"{amount:.{digits}f}"


def cost_data(community: str, cost: CommunityCost | None) -> dict[str, Any]:
    """The costs for other programs; amounts in USD, null where unknown."""
    if cost is None:
        return {"community": community, "cloud": None, "usd_per_month": 0, "lines": [], "servers": []}
    return {
        "community": community,
        "cloud": cost.offer.cloud,
        "region": cost.offer.catalogue.region,
        "prices_of": {
            "on_demand": str(cost.offer.catalogue.on_demand_from.date),
            "spot": str(cost.offer.catalogue.spot_from.date),
        },
        "usd_per_month": round(cost.month.usd, 2),
        "unknown": list(cost.month.unknown),
        "lines": [
            {"item": line.item, "what": line.what, "usd_per_month": line.usd, "source": line.source}
            for line in cost.month.lines
        ],
        "core": dict(cost.core.data()),
        "servers": [_server_data(server) for server in cost.servers],
        "not_counted": list(cost.offer.rates.not_counted),
    }


def _server_data(server: ServerCost) -> dict[str, Any]:
    return {
        "profile": server.profile,
        "size": server.size or None,
        "pool": server.pool,
        "machine": dict(server.machine.data()),
        "per_node": server.hour.per_node,
        "usd_per_hour_full": server.hour.full,
        "usd_per_hour_alone": server.hour.alone,
    }
