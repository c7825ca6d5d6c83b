"""Sizes that fill a node exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from components.machines.capacity import GIB, Capacity
from components.machines.fitting import misfits
from components.machines.names import UnavailableError
from components.machines.offers import clouds, offer
from components.machines.palette import palette
from schemas.palette import Share, size_kind

MACHINES = [(cloud, name) for cloud in clouds() for name in offer(cloud).catalogue.machine_types]


@given(machine=st.sampled_from(MACHINES), count=st.integers(1, 256))
def test_as_many_fit_as_the_share_says_and_not_one_more(machine: tuple[str, str], count: int) -> None:
    offered = offer(machine[0])
    there = offered.machine(machine[1])
    allocatable, free = offered.allocatable(there), offered.free(there)
    if count > free.pods:
        with pytest.raises(UnavailableError, match=f"room for {free.pods} servers, not {count}"):
            palette(allocatable, free, [count])
        return
    (size,) = palette(allocatable, free, [count])
    each = size.guarantee
    assert each.millicores * count <= free.millicores
    assert each.memory_bytes * count <= free.memory_bytes
    assert each.memory_bytes * (count + 1) > free.memory_bytes
    assert free.times(each) == count
    assert free.memory_bytes - each.memory_bytes * count < count, "less than a byte a server is left over"
    assert 0 < size.packing <= 1


def test_a_highmem_node_in_four_sizes() -> None:
    offered = offer("gcp")
    machine = offered.machine("n2-highmem-4")
    sizes = palette(offered.allocatable(machine), offered.free(machine), [1, 2, 4, 8])
    assert [size.slug for size in sizes] == ["1", "1-2", "1-4", "1-8"]
    assert [round(size.guarantee.memory_gib, 2) for size in sizes] == [27.1, 13.55, 6.78, 3.39]
    assert [size.guarantee.millicores for size in sizes] == [3466, 1733, 866, 433]
    assert {f"{size.packing:.0%}" for size in sizes} == {"98%"}
    assert sizes[2].title == "6.8 GiB, 0.87 to 3.5 cores"
    assert sizes[3].cpu_limit_millicores == 3466


def test_gpus_go_to_whom_they_suffice_for() -> None:
    offered = offer("aws")
    machine = offered.machine("g5.12xlarge")
    sizes = palette(offered.allocatable(machine), offered.free(machine), [1, 2, 4, 8])
    assert [size.guarantee.gpu for size in sizes] == [4, 2, 1, 0]


def test_daemonsets_alone_fill_a_tiny_node() -> None:
    tiny = Capacity(millicores=500, memory_bytes=GIB // 2, pods=110)
    nothing = tiny.without(offer("gcp").catalogue.daemonsets.capacity)
    with pytest.raises(UnavailableError, match="1/1 of the node is nothing"):
        palette(tiny, nothing, [1])


@pytest.mark.parametrize(("said", "per_node"), [(1, 1), ("1/2", 2), ("1/4", 4), ("1 / 8", 8)])
def test_shares_are_read_as_servers_per_node(said: object, per_node: int) -> None:
    assert TypeAdapter(Share).validate_python(said) == per_node
    assert size_kind(said) == "share"


@pytest.mark.parametrize("said", [2, 0.5, "3/4", "1/0", "half", True, "1/999", None])
def test_other_shares_are_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Share).validate_python(said)


def test_a_size_in_words_is_no_share() -> None:
    assert size_kind({"slug": "small", "memory_gib": 2}) == "size"


def test_what_does_not_fit_names_the_largest_that_does() -> None:
    offered = offer("aws")
    room = offered.free(offered.machine("r5.xlarge"))
    asked = {
        "small": Capacity(millicores=500, memory_bytes=4 * GIB, pods=1),
        "large": Capacity(millicores=2000, memory_bytes=16 * GIB, pods=1),
        "huge": Capacity(millicores=4000, memory_bytes=32 * GIB, pods=1),
    }
    (misfit,) = misfits(asked, room, node="a node of pool 'user' (r5.xlarge)")
    assert misfit.name == "huge"
    assert misfit.fault == (
        "32 GiB of memory promised, but a node of pool 'user' (r5.xlarge) has 29.82 for servers; "
        "4 cores promised, but a node of pool 'user' (r5.xlarge) has 3.72 for servers"
    )
    assert misfit.remedy == "promise at most 29.82 GiB and 3.72 cores; 'large' is the largest that fits"
    told = Capacity(millicores=3720, memory_bytes=int(29.82 * GIB), pods=1)
    assert room.holds(told), "whoever copies the figures from the message must not fail again"
