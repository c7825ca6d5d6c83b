"""What a community or a cluster costs, for people and programs."""

from __future__ import annotations

from typing import Any

from components.cluster_pools import ResolvedPool
from components.cost import Cost, ServerCost
from components.machines.rates import HOURS_PER_MONTH
from deployer.report.columns import aligned
from deployer.report.console import output, print_json


def show_cost(name: str, cost: Cost, *, as_json: bool) -> None:
    """The idle month line by line, an hour of each node, then an hour of each size of server."""
    if as_json:
        print_json(cost_data(name, cost))
        return
    _month(name, cost)
    _pools(cost)
    _servers(cost)
    output().print()
    for line in _sources(cost):
        output().print(line, markup=False, style="dim")


def show_no_prices(name: str, provider: str, *, free: bool, as_json: bool) -> None:
    """Where there is no catalogue of prices: nothing is charged, or nobody told how much."""
    if as_json:
        print_json({"name": name, "cloud": provider, "usd_per_month": 0 if free else None, "lines": []})
    elif free:
        output().print(f"{name}: costs nothing beyond this machine", markup=False)
    else:
        output().print(
            f"{name}: unknown: its nodes and disks are on the bill of whoever set up the cluster", markup=False
        )


def _month(name: str, cost: Cost) -> None:
    where = f"{cost.offer.cloud}, prices of {cost.offer.catalogue.region} in USD"
    output().print(f"{name} on {where}: a month of {HOURS_PER_MONTH} hours while nobody computes", style="bold")
    total = f"{cost.month.usd:.2f}" + (" and what is unknown" if cost.month.unknown else "")
    rows = [(line.item, line.what, _usd(line.usd)) for line in cost.month.lines]
    for text in aligned([*rows, ("together", "", total)], right=(2,)):
        output().print(text, markup=False)
    if not cost.offer.rates.registry:
        output().print("the registry is charged by use alone", markup=False, style="dim")
    if cost.elsewhere:
        output().print(cost.elsewhere, markup=False, style="yellow")


def _pools(cost: Cost) -> None:
    output().print()
    output().print("An hour of a node, without its disk", style="bold")
    rows = [("pool", "machine", "nodes", "$/h", "$/h spot")]
    rows += [
        (
            f"{pool.name} (spot)" if pool.spot else pool.name,
            pool.choice.machine.name,
            f"{pool.min_nodes}-{pool.max_nodes}",
            str(pool.choice.machine.on_demand or "unknown"),
            str(pool.choice.machine.spot or "unknown"),
        )
        for pool in cost.pools
    ]
    for number, text in enumerate(aligned(rows, right=(2, 3, 4))):
        output().print(text, markup=False, style="dim" if number == 0 else "")
    for pool in cost.pools:
        output().print(f"{pool.name}: {pool.choice.reason}", markup=False, style="dim")


def _servers(cost: Cost) -> None:
    if not cost.servers:
        return
    output().print()
    output().print("An hour of a server: its share of a full node, and a node for itself; with its disk", style="bold")
    rows = [("profile", "pool", "promised", "per node", "$/h full", "$/h alone")]
    rows += [
        (
            " ".join(part for part in (server.profile, server.size.slug) if part),
            server.pool.name,
            _promised(server),
            str(server.hour.per_node) if server.hour.per_node else "does not fit",
            _usd(server.hour.full, 4) if server.hour.per_node else "-",
            _usd(server.hour.alone, 3) if server.hour.per_node else "-",
        )
        for server in cost.servers
    ]
    for number, text in enumerate(aligned(rows, right=(3, 4, 5))):
        output().print(text, markup=False, style="dim" if number == 0 else "")
    missing = sorted({server.pool.name for server in cost.servers if server.hour.spot_price_missing})
    if missing:
        note = f"spot prices of {', '.join(missing)} are unknown: on-demand prices, which they never exceed"
        output().print(note, markup=False, style="yellow")


def _promised(server: ServerCost) -> str:
    each = server.size.guarantee
    gpus = f", {each.gpu} GPU{'s' if each.gpu > 1 else ''}" if each.gpu else ""
    return f"{each.cpu:.3g} cores, {each.memory_gib:.1f} GiB{gpus}"


def _sources(cost: Cost) -> list[str]:
    catalogue, rates = cost.offer.catalogue, cost.offer.rates
    return [
        f"machines: {catalogue.on_demand_from}; spot: {catalogue.spot_from}",
        "other prices: " + "; ".join(str(source) for source in rates.sources.values()),
        "not counted: " + ", ".join(rates.not_counted),
        *(f"cheaper: {advice}" for advice in rates.cheaper),
    ]


def _usd(amount: float | None, digits: int = 2) -> str:
    return "unknown" if amount is None else f"{amount:.{digits}f}"


def cost_data(name: str, cost: Cost) -> dict[str, Any]:
    """The costs for other programs; amounts in USD, null where unknown."""
    catalogue = cost.offer.catalogue
    return {
        "name": name,
        "cloud": cost.offer.cloud,
        "region": catalogue.region,
        "elsewhere": cost.elsewhere or None,
        "prices_of": {"on_demand": str(catalogue.on_demand_from.date), "spot": str(catalogue.spot_from.date)},
        "usd_per_month": round(cost.month.usd, 2),
        "unknown": list(cost.month.unknown),
        "lines": [
            {"item": line.item, "what": line.what, "usd_per_month": line.usd, "source": line.source}
            for line in cost.month.lines
        ],
        "pools": {pool.name: _pool_data(pool) for pool in cost.pools},
        "servers": [_server_data(server) for server in cost.servers],
        "not_counted": list(cost.offer.rates.not_counted),
    }


def _pool_data(pool: ResolvedPool) -> dict[str, Any]:
    nodes = {"min_nodes": pool.min_nodes, "max_nodes": pool.max_nodes, "disk_gib": pool.disk_gib}
    return {**pool.choice.data(), **nodes}


def _server_data(server: ServerCost) -> dict[str, Any]:
    each = server.size.guarantee
    return {
        "profile": server.profile,
        "size": server.size.slug or None,
        "pool": server.pool.name,
        "promised": {"cpu": each.cpu, "memory_gib": each.memory_gib, "gpu": each.gpu},
        "per_node": server.hour.per_node,
        "spot_price_missing": server.hour.spot_price_missing,
        "usd_per_hour_full": server.hour.full,
        "usd_per_hour_alone": server.hour.alone,
    }
