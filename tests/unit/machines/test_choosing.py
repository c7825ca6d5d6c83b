"""The cheapest machine that fits, the same one every time."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.machines.catalogue import Catalogue
from components.machines.choosing import Wish, choose
from components.machines.machine_type import Price
from components.machines.names import UnavailableError
from components.machines.offers import Offer, clouds, offer
from schemas.node_pool import Gpu, NodePool


@pytest.mark.parametrize(
    ("cloud", "wish", "name"),
    [
        ("gcp", Wish(cpu=4, memory_gib=32), "n2-highmem-4"),
        ("aws", Wish(cpu=4, memory_gib=32), "r5.xlarge"),
        ("azure", Wish(cpu=4, memory_gib=32), "Standard_E4s_v5"),
        ("gcp", Wish(cpu=4, memory_gib=16, gpu_kind="t4"), "n1-standard-8"),  # of unknown price, and the only one
        ("gcp", Wish(gpu_kind="l4", gpu_count=2), "g2-standard-24"),
        ("aws", Wish(gpu_kind="t4"), "g4dn.xlarge"),
        ("azure", Wish(gpu_kind="a100-80"), "Standard_NC24ads_A100_v4"),
        ("azure", Wish(cpu=4, memory_gib=16), "Standard_D4as_v5"),  # not the first of its size in the file
        ("gcp", Wish(cpu=16, memory_gib=64, spot=True), "n4-highmem-16"),
        ("gcp", Wish(cpu=32, memory_gib=200), "n2-highmem-64"),
    ],
)
def test_takes_the_cheapest_that_fits(cloud: str, wish: Wish, name: str) -> None:
    assert choose(offer(cloud), wish).machine.name == name


def test_says_why() -> None:
    pool = NodePool(role="user", cpu=16, memory_gib=120, gpu=None)
    choice = choose(offer("gcp"), Wish.of_pool(pool))
    assert choice.reason == (
        "cheapest of 3 that have 16 cores and 120 GiB: n4-highmem-16 0.952 $/h; next is n2-highmem-16 1.048 $/h"
    )
    data = choice.data()
    assert data["machine_type"] == "n4-highmem-16"
    assert data["runner_up"] == "n2-highmem-16"
    assert data["fitting"] == ["n4-highmem-16", "n2-highmem-16", "n2-highmem-64"]


def test_without_a_spot_price_the_on_demand_price_counts_and_it_says_so() -> None:
    choice = choose(offer("aws"), Wish(cpu=4, memory_gib=32, spot=True))
    assert choice.machine.name == "r5.xlarge"
    assert choice.price == choice.machine.on_demand
    assert choice.data()["spot_price_missing"] is True
    assert "its spot price is unknown, on-demand reckoned with" in choice.reason


def test_where_zones_differ_the_dearest_counts() -> None:
    choice = choose(offer("aws"), Wish(machine_type="r5.4xlarge", spot=True))
    assert choice.price is not None
    assert choice.price.usd_per_hour == 0.404
    assert choice.reason.startswith("asked for by name: r5.4xlarge 0.279-0.404 $/h spot; ")


def test_by_name_it_says_what_the_wish_alone_would_get() -> None:
    named = NodePool(cpu=4, memory_gib=16, machine_type="r5.xlarge")
    reason = choose(offer("aws"), Wish.of_pool(named)).reason
    assert reason == (
        "asked for by name: r5.xlarge 0.252 $/h; the cheapest that has 4 cores and 16 GiB would be m7i.xlarge 0.202 $/h"
    )
    cheapest = named.model_copy(update={"machine_type": "m7i.xlarge"})
    assert choose(offer("aws"), Wish.of_pool(cheapest)).reason == "asked for by name: m7i.xlarge 0.202 $/h"


def test_what_may_be_cheaper_and_nobody_knows_is_said() -> None:
    offered = offer("aws")
    types = dict(offered.catalogue.machine_types)
    for name in ("r5.4xlarge", "r7i.4xlarge"):
        types[name] = types[name].model_copy(update={"on_demand": None, "spot": None})
    unpriced = replace(offered, catalogue=offered.catalogue.model_copy(update={"machine_types": types}))
    choice = choose(unpriced, Wish(cpu=16, memory_gib=100))
    assert choice.machine.name == "r5.16xlarge"
    assert choice.reason.endswith("next is r5.4xlarge, price unknown; of unknown price, so last: r7i.4xlarge")


def test_by_name_it_must_have_what_is_asked_for_beside() -> None:
    pool = NodePool(role="user", cpu=4, memory_gib=64, machine_type="r5.xlarge")
    with pytest.raises(UnavailableError, match=r"r5\.xlarge has 32 GiB, but 4 cores and 64 GiB are asked for"):
        choose(offer("aws"), Wish.of_pool(pool))
    with pytest.raises(UnavailableError, match=r"m7i\.xlarge has no GPU, but"):
        choose(offer("aws"), Wish(machine_type="m7i.xlarge", gpu_kind="t4"))


@pytest.mark.parametrize(
    ("cloud", "wish", "message"),
    [
        ("gcp", Wish(machine_type="n2-highmen-4"), r"did you mean 'n2-highmem-4'\? \(machine types: n2-highmem-4, "),
        ("azure", Wish(machine_type="standard_d4s_v5"), "did you mean 'Standard_D4s_v5'"),
        ("azure", Wish(gpu_kind="l4"), r"kinds there: a10, a100-80, h100-94, t4"),
        ("aws", Wish(gpu_kind="a100-41"), r"did you mean 'a100-40'\?"),
        ("gcp", Wish(cpu=500), "the largest is n2-highmem-64: 64 cores, 512 GiB"),
        ("gcp", Wish(gpu_kind="l4", gpu_count=8), "the largest is g2-standard-24: 24 cores, 96 GiB, 2 x l4"),
    ],
)
def test_what_is_not_there_names_what_is(cloud: str, wish: Wish, message: str) -> None:
    with pytest.raises(UnavailableError, match=message):
        choose(offer(cloud), wish)


def _shuffled(offered: Offer, seed: int) -> Offer:
    items = list(offered.catalogue.machine_types.items())
    random.Random(seed).shuffle(items)
    catalogue: Catalogue = offered.catalogue.model_copy(update={"machine_types": dict(items)})
    return replace(offered, catalogue=catalogue)


@given(
    cloud=st.sampled_from(clouds()),
    cpu=st.integers(1, 64),
    memory_gib=st.integers(1, 256),
    spot=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_neither_the_order_of_the_file_nor_chance_matters(
    cloud: str, cpu: int, memory_gib: int, spot: bool, seed: int
) -> None:
    wish = Wish(cpu=cpu, memory_gib=memory_gib, spot=spot)
    choice = choose(offer(cloud), wish)
    assert choice.fitting == choose(_shuffled(offer(cloud), seed), wish).fitting
    assert choice.machine.cpu >= cpu
    assert choice.machine.memory_gib >= memory_gib
    assert choice.machine.gpu is None
    prices = [(spot and machine.spot) or machine.on_demand for machine in choice.fitting]
    assert all(not price or price.usd_per_hour >= choice.price.usd_per_hour for price in prices if choice.price)


def test_another_architecture_only_for_whom_asks_for_it() -> None:
    offered = offer("aws")
    arm = offered.machine("m7i.xlarge").model_copy(update={"name": "arm", "arch": "arm64", "on_demand": None})
    cheap = arm.model_copy(update={"name": "cheap", "on_demand": Price(low=0.001, high=0.001)})
    types = {**offered.catalogue.machine_types, "arm": arm, "cheap": cheap}
    with_arm = replace(offered, catalogue=offered.catalogue.model_copy(update={"machine_types": types}))
    assert choose(with_arm, Wish(cpu=4)).machine.name == "m7i.xlarge"
    assert [machine.name for machine in choose(with_arm, Wish(cpu=4, arch="arm64")).fitting] == ["cheap", "arm"]
    with pytest.raises(UnavailableError, match="ask for another processor architecture"):
        choose(offered, Wish(cpu=4, arch="arm64"))


def test_equal_prices_prefer_less_memory_then_the_name() -> None:
    offered = offer("azure")
    one = offered.machine("Standard_E4s_v5")
    twins = {name: one.model_copy(update={"name": name}) for name in ("zeta", "alpha")}
    larger = one.model_copy(update={"name": "aaa", "memory_gib": 64.0})
    catalogue = offered.catalogue.model_copy(update={"machine_types": {"aaa": larger, **twins}})
    choice = choose(replace(offered, catalogue=catalogue), Wish(cpu=4))
    assert [machine.name for machine in choice.fitting] == ["alpha", "zeta", "aaa"]


def test_a_pool_asks_as_its_file_says() -> None:
    pool = NodePool(role="worker", cpu=4, memory_gib=15, spot=True, gpu=Gpu(kind="l4", count=1))
    assert Wish.of_pool(pool) == Wish(cpu=4, memory_gib=15, spot=True, gpu_kind="l4", gpu_count=1)
