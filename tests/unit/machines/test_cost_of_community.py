"""A community's costs, from its own pools and profiles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.cost import Cost, cluster_cost, community_cost
from components.machines.names import UnavailableError
from deployer.report.cost import cost_data, show_cost
from schemas.cluster import Cluster
from schemas.community import Deployment
from schemas.hub import Hub


def _deployment(provider: str, pools: dict[str, dict[str, object]], hub: dict[str, object] | None = None) -> Deployment:
    cluster = Cluster.model_validate({"provider": provider, "node_pools": pools})
    fields: dict[str, Any] = {"community": "demo", "stage": "prod", "cluster_name": "demo"}
    return Deployment.model_construct(**fields, cluster=cluster, hub=Hub.model_validate(hub or {}))


POOLS: dict[str, dict[str, object]] = {
    "core": {"role": "core", "cpu": 2, "memory_gib": 16, "machine_type": "r8i-flex.large", "disk_gib": 40},
    "user": {"role": "user", "cpu": 4, "memory_gib": 32, "disk_gib": 73},
    "gpu": {"role": "user", "cpu": 4, "memory_gib": 16, "gpu": {"kind": "t4"}},
}
HUB: dict[str, object] = {
    "profiles": [
        {"slug": "small", "title": "Small", "cpu": 0.5, "memory_gib": 4},
        {"slug": "gpu", "title": "GPU", "node_pool": "gpu", "cpu": 3, "memory_gib": 14, "gpu": 1},
        {
            "slug": "sized",
            "title": "Sized",
            "options": {"sizes": [{"slug": "m", "cpu": 1, "memory_gib": 8}, {"slug": "xl", "memory_gib": 64}, "1/4"]},
        },
    ]
}


def test_the_idle_month_comes_from_the_core_pool_and_hours_from_the_profiles() -> None:
    cost = community_cost(_deployment("aws", POOLS, HUB))
    assert cost.month.usd == pytest.approx(237.14 + 20 * 0.08, abs=0.001)  # measurements have a disk of 20 GiB
    rows = {(server.profile, server.size.slug): server for server in cost.servers}
    assert list(rows) == [("small", ""), ("gpu", ""), ("sized", "m"), ("sized", "xl"), ("sized", "1-4")]
    assert rows["small", ""].pool.choice.machine.name == "r5.xlarge"
    assert rows["small", ""].hour.per_node == 7
    assert rows["gpu", ""].pool.choice.machine.name == "g4dn.xlarge"
    assert rows["gpu", ""].hour.full == pytest.approx(0.526 + 100 * 0.08 / 730)
    assert rows["sized", "m"].hour.per_node == 3
    assert rows["sized", "xl"].hour.per_node == 0
    assert rows["sized", "1-4"].hour.full == pytest.approx((0.252 + 73 * 0.08 / 730) / 4)


def test_without_a_core_pool_the_smallest_that_holds_two_hubs_counts() -> None:
    cost = community_cost(_deployment("azure", {"user": POOLS["user"]}))
    core = cost.pools[0]
    assert (core.role, core.choice.machine.name, core.min_nodes) == ("core", "Standard_D4as_v5", 2)
    assert cost.month.of("core nodes") == pytest.approx(251.12)
    assert [server.profile for server in cost.servers] == ["every server"]


def test_homes_cost_by_their_size_and_kind() -> None:
    deployment = _deployment("gcp", {"user": POOLS["user"]})
    small, large = community_cost(deployment), community_cost(deployment, homes_gib=1100)
    assert large.month.usd - small.month.usd == pytest.approx(100)
    cluster = deployment.cluster
    larger = cluster.home_storage.model_copy(update={"size_gib": 1100})
    assert cluster_cost(cluster.model_copy(update={"home_storage": larger})).month == large.month
    managed = cluster.home_storage.model_copy(update={"kind": "managed-nfs"})
    assert "homes" in cluster_cost(cluster.model_copy(update={"home_storage": managed})).month.unknown


def test_spot_nodes_cost_their_spot_price_where_it_is_known() -> None:
    def hour(provider: str) -> Cost:
        return community_cost(_deployment(provider, {"user": {**POOLS["user"], "spot": True}}))

    (known,), (unknown,) = hour("gcp").servers, hour("aws").servers
    assert known.hour.alone == pytest.approx(0.124 + 73 * 0.10 / 730)
    assert not known.hour.spot_price_missing
    assert unknown.hour.alone == pytest.approx(0.252 + 73 * 0.08 / 730)
    assert unknown.hour.spot_price_missing


def test_a_pool_that_its_cloud_does_not_have_is_an_error() -> None:
    with pytest.raises(UnavailableError, match="no kind of GPU on azure is named 'l4'"):
        community_cost(_deployment("azure", {"user": {**POOLS["gpu"], "gpu": {"kind": "l4"}}}))


def test_programs_read_null_where_a_price_is_unknown() -> None:
    data = cost_data("demo", community_cost(_deployment("gcp", {"user": POOLS["gpu"]})))
    assert data["servers"][0]["usd_per_hour_full"] is None
    assert data["prices_of"] == {"on_demand": "2026-08-03", "spot": "2026-08-03"}
    assert json.loads(json.dumps(data)) == data


def test_people_read_every_source_and_its_date(capsys: pytest.CaptureFixture[str]) -> None:
    from deployer.report import console

    console.output.cache_clear()  # it keeps the stream of whoever printed first
    show_cost("demo", community_cost(_deployment("aws", POOLS, HUB)), as_json=False)
    console.output.cache_clear()
    text = capsys.readouterr().out
    for line in (
        "together",
        "238.74",
        "does not fit",
        "2026-07-20",
        "AWS list prices, 2026-10",
        "not counted: ",
        "cheaper: ",
        "the registry is charged by use alone",
    ):
        assert line in text
    assert "user: cheapest of " in text
