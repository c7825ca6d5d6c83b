"""Sizes that fill a node exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from components.machines.capacity import GIB, MIB, Capacity
from components.machines.names import UnavailableError
from components.machines.offers import clouds, offer
from components.machines.palette import node_share
from schemas.palette import Share

MACHINES = [(cloud, name) for cloud in clouds() for name in offer(cloud).catalogue.machine_types]


@given(machine=st.sampled_from(MACHINES), count=st.integers(1, 256))
def test_as_many_fit_beside_the_daemonsets_as_the_share_says_and_not_one_more(
    machine: tuple[str, str], count: int
) -> None:
    offered = offer(machine[0])
    there = offered.machine(machine[1])
    allocatable, daemonsets = offered.allocatable(there), offered.catalogue.daemonsets.capacity
    free = offered.free(there)
    if count > free.pods or free.gpu % count:
        with pytest.raises(UnavailableError, match=f"room for {free.pods} servers|cannot be divided among {count}"):
            node_share(free, count)
        return
    each = node_share(free, count).guarantee
    assert each.memory_bytes % MIB == 0
    assert allocatable.holds(_together(each, count).plus(daemonsets)), "all start beside what runs on every node"
    assert not allocatable.holds(_together(each, count + 1).plus(daemonsets)), "one more waits for another node"
    assert free.times(each) == count
    assert free.memory_bytes - each.memory_bytes * count < count * MIB, "less than a MiB a server is left over"
    assert free.millicores - each.millicores * count < count
    assert each.gpu * count == free.gpu, "no GPU is paid for and nobody's"


def _together(each: Capacity, count: int) -> Capacity:
    return Capacity(
        millicores=each.millicores * count,
        memory_bytes=each.memory_bytes * count,
        gpu=each.gpu * count,
        pods=count,
    )


def test_gpus_that_would_be_left_over_name_the_shares_that_leave_none() -> None:
    free = offer("aws").free(offer("aws").machine("g5.12xlarge"))
    assert [node_share(free, count).guarantee.gpu for count in (1, 2, 4)] == [4, 2, 1]
    with pytest.raises(UnavailableError, match=r"4 GPUs of a node .* among 3 servers; shares .*: 1, 1/2, 1/4"):
        node_share(free, 3)


def test_daemonsets_alone_fill_a_tiny_node() -> None:
    tiny = Capacity(millicores=500, memory_bytes=GIB // 2, pods=110)
    nothing = tiny.without(offer("gcp").catalogue.daemonsets.capacity)
    with pytest.raises(UnavailableError, match="1 of the node is nothing"):
        node_share(nothing, 1)


@pytest.mark.parametrize(("said", "per_node"), [(1, 1), ("1/2", 2), ("1/4", 4), ("1 / 8", 8)])
def test_shares_are_read_as_servers_per_node(said: object, per_node: int) -> None:
    assert TypeAdapter(Share).validate_python(said) == per_node


@pytest.mark.parametrize("said", [2, 0.5, "3/4", "1/0", "half", True, "1/999", None])
def test_other_shares_are_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Share).validate_python(said)
