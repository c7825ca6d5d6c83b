"""Months and hours."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
import yaml

from components.machines.capacity import GIB, Capacity
from components.machines.core_pool import choose_core, core_need, hub_need
from components.machines.offers import offer
from components.machines.pricing import Kept, Standing, idle_month, server_hour

CHART = Path(__file__).parents[4] / "shared/data/charts/jupyterhub.values.yaml"

# A cluster without users, single zone, 100 GiB of homes.
IDLE = {
    ("gcp", "n2-highmem-2", 1, 30): {
        "control plane": 73.00,
        "core nodes": 95.63,
        "system disks": 3.00,
        "homes": 10.00,
        "NAT": 4.67,
        "load balancer": 18.25,
        "registry": 0,
        "together": 204.55,
    },
    ("aws", "r8i-flex.large", 1, 40): {
        "control plane": 73.00,
        "core nodes": 96.36,
        "system disks": 3.20,
        "homes": 8.00,
        "NAT": 36.50,
        "load balancer": 20.08,
        "registry": 0,
        "together": 237.14,
    },
    ("azure", "Standard_D4as_v5", 2, 100): {
        "control plane": 73.00,
        "core nodes": 251.12,
        "system disks": 39.42,
        "homes": 17.60,
        "NAT": 36.50,
        "load balancer": 18.25,
        "registry": 5.00,
        "together": 440.89,
    },
}


@pytest.mark.parametrize("shape", IDLE, ids=lambda shape: shape[0])
def test_the_idle_month_of_the_usual_shapes(shape: tuple[str, str, int, int]) -> None:
    cloud, name, nodes, disk_gib = shape
    offered = offer(cloud)
    # Azure's disks have one price up to a size, its file store one for each GiB: the latter is what 100 GiB cost.
    kind: Literal["disk-nfs", "managed-nfs"] = "managed-nfs" if cloud == "azure" else "disk-nfs"
    core = offered.machine(name)
    month = idle_month(offered, Standing(core=core, core_nodes=nodes, core_disk_gib=disk_gib, homes_kind=kind))
    expected = IDLE[shape]
    for item, usd in expected.items():
        assert (month.usd if item == "together" else month.of(item)) == pytest.approx(usd, abs=0.005), item
    assert month.unknown == ()


def test_an_unknown_price_is_said_and_not_guessed() -> None:
    offered = offer("azure")
    core = offered.machine("Standard_D4as_v5").model_copy(update={"on_demand": None})
    month = idle_month(offered, Standing(core=core, core_nodes=2, core_disk_gib=30))
    assert month.unknown == ("core nodes", "system disks")
    assert month.of("core nodes") is None
    assert month.usd == pytest.approx(73 + 19.71 + 36.50 + 18.25 + 5.00)
    beyond = idle_month(offered, Standing(core=core, core_disk_gib=4096))
    assert "system disks" in beyond.unknown


@pytest.mark.skipif(not CHART.is_file(), reason="the chart's values are not beside this checkout")
def test_the_chart_asks_for_nothing_so_we_ask_for_its_pods() -> None:
    values = yaml.safe_load(CHART.read_text())
    assert hub_need(values) == hub_need({}), "replicas or sections of the chart changed"
    values["hub"]["resources"] = {"requests": {"cpu": "250m", "memory": "1Gi"}}
    values["scheduling"]["userScheduler"]["enabled"] = False
    assert hub_need(values) == Capacity(millicores=300, memory_bytes=GIB + 128 * 2**20, pods=2)


@pytest.mark.parametrize(
    ("cloud", "name", "nodes"),
    [("gcp", "n2-highmem-2", 1), ("aws", "r8i-flex.large", 1), ("azure", "Standard_D4as_v5", 2)],
)
def test_the_smallest_core_pool_holds_two_hubs(cloud: str, name: str, nodes: int) -> None:
    offered, need = offer(cloud), core_need({})
    choice, count = choose_core(offered, need)
    assert (choice.machine.name, count) == (name, nodes)
    assert offered.free(choice.machine).holds(need)
    for machine in offered.catalogue.machine_types.values():
        cheaper = machine.on_demand and choice.price and machine.on_demand.usd_per_hour < choice.price.usd_per_hour
        if cheaper and machine.arch == "amd64" and machine.cpu >= offered.catalogue.core_minimum.cpu:
            assert not offered.free(machine).holds(need), machine.name


@pytest.mark.parametrize(("cloud", "most"), [("gcp", 4), ("aws", 5)])
def test_the_documented_core_holds_the_documented_number_of_hubs(cloud: str, most: int) -> None:
    smallest, held, larger = (choose_core(offer(cloud), core_need({}, hubs=hubs))[0] for hubs in (2, most, most + 1))
    assert held.machine == smallest.machine
    assert larger.machine != smallest.machine


def test_more_hubs_take_a_larger_core() -> None:
    choice, _ = choose_core(offer("aws"), core_need({}, hubs=20))
    assert choice.machine.name == "r5.4xlarge"
    assert offer("aws").free(choice.machine).pods >= 20 * 4


def test_an_hour_of_a_server() -> None:
    offered = offer("gcp")
    machine = offered.machine("n2-highmem-4")
    quarter = Capacity(millicores=500, memory_bytes=6 * GIB, pods=1)
    hour = server_hour(offered, machine, quarter, disk_gib=73)
    assert hour.per_node == 4
    assert hour.alone == pytest.approx(0.262 + 0.01)  # 73 GiB at 0.10 a month are a cent an hour
    assert hour.full == pytest.approx((0.262 + 0.01) / 4)
    too_large = server_hour(offered, machine, Capacity(millicores=500, memory_bytes=64 * GIB, pods=1))
    assert (too_large.per_node, too_large.full) == (0, None)


def test_an_hour_on_a_machine_of_unknown_price_is_unknown() -> None:
    offered = offer("gcp")
    hour = server_hour(offered, offered.machine("n1-standard-8"), Capacity(millicores=1, memory_bytes=1, gpu=1))
    assert (hour.per_node, hour.full, hour.alone) == (1, None, None)


def test_spot_falls_back_to_on_demand_and_says_so() -> None:
    offered = offer("aws")
    hour = server_hour(offered, offered.machine("m7i.xlarge"), Capacity(millicores=100, memory_bytes=GIB), spot=True)
    assert hour.spot_price_missing
    assert hour.alone == pytest.approx(0.202)


def test_nodes_that_stay_are_part_of_the_month() -> None:
    offered = offer("gcp")
    core, kept = offered.machine("n2-highmem-2"), Kept("user", offered.machine("n2-highmem-4"), 2, 50)
    without = idle_month(offered, Standing(core=core))
    month = idle_month(offered, Standing(core=core, kept=(kept,)))
    assert month.of("nodes kept in user") == pytest.approx(2 * 0.262 * 730)
    assert month.usd - without.usd == pytest.approx(2 * 0.262 * 730 + 2 * 50 * 0.10)


def test_what_has_no_known_price_is_not_in_the_sum() -> None:
    offered = offer("gcp")
    core = offered.machine("n2-highmem-2")
    more = idle_month(offered, Standing(core=core, homes_kind="managed-nfs", egress_addresses=2))
    assert more.unknown == ("homes", "NAT")
