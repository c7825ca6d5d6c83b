"""The idle months of docs/cost.md are what `deployer cost` reckons for a cluster that says nothing special."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.cost import Cost, cluster_cost
from components.machines.core_pool import core_need
from components.machines.offers import offer
from components.machines.pricing import Standing, idle_month
from schemas.cluster import Cluster

TEXT = (Path(__file__).parents[3] / "docs/cost.md").read_text(encoding="utf-8")
CLOUDS = ("gcp", "aws", "azure")
ITEMS = ("control plane", "core nodes", "system disks", "homes", "measurements", "NAT", "load balancer", "registry")


def _cost(cloud: str) -> Cost:
    return cluster_cost(
        Cluster.model_validate({"provider": cloud, "node_pools": {"user": {"cpu": 4, "memory_gib": 32}}})
    )


def _row(label: str) -> list[str]:
    (line,) = (line for line in TEXT.splitlines() if line.startswith(f"| {label} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def _amounts(item: str) -> Iterator[str]:
    for cloud in CLOUDS:
        month = _cost(cloud).month
        there = [line for line in month.lines if line.item == item]
        usd = month.of(item)
        yield "by use" if not there else "unknown" if usd is None else f"{usd:.2f}"


@pytest.mark.parametrize("item", ITEMS)
def test_each_item(item: str) -> None:
    assert _row(item[0].upper() + item[1:]) == list(_amounts(item))


def test_machines_and_totals() -> None:
    costs = [_cost(cloud) for cloud in CLOUDS]
    cores = [cost.pools[0] for cost in costs]
    assert _row("Core machine") == [f"{core.min_nodes} x {core.choice.machine.name}" for core in cores]
    totals = [f"**{cost.month.usd:.2f}**" + (" and what is unknown" * bool(cost.month.unknown)) for cost in costs]
    assert _row("**Together**") == totals


def test_what_the_core_holds() -> None:
    need = core_need({})
    assert f"{need.cpu:g} cores, {need.memory_gib:.1f} GiB and {need.pods} pods" in TEXT


def test_the_usual_shapes_of_2i2c() -> None:
    shapes = (("gcp", "n2-highmem-2", 30), ("aws", "r8i-flex.large", 80))
    nodes = []
    for cloud, name, disk_gib in shapes:
        month = idle_month(offer(cloud), Standing(core=offer(cloud).machine(name), core_disk_gib=disk_gib))
        nodes.append(f"{(month.of('core nodes') or 0) + (month.of('system disks') or 0):.2f}")
    assert _row("2i2c: node and disk") == [*nodes, "unknown"]
    ours = [_cost(cloud).month for cloud in CLOUDS]
    assert _row("Here: nodes and disks") == [
        f"{(month.of('core nodes') or 0) + (month.of('system disks') or 0):.2f}" for month in ours
    ]
    assert "Standard_E4s_v3" not in offer("azure").catalogue.machine_types, "its price is known now: say it"
