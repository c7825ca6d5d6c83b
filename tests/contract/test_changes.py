"""What becomes of a cluster when its file changes."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from components.clouds import cloud
from tests.contract.conftest import CLOUDS, NAME, little, resources, stack_of

pytestmark = pytest.mark.engine
POOL, LARGE, HOMES = f"{NAME}-user", f"{NAME}-large", f"{NAME}-homes"
# What clouds say of a disk that would shrink: replaced, were it not protected; or that it cannot.
NOT_SMALLER = re.compile(r"protect|smaller|shrink", re.IGNORECASE)


def edited(values: dict[str, Any], *path: str, to: Any) -> dict[str, Any]:
    """A copy with one value changed."""
    copied = copy.deepcopy(values)
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return copied


def pool_of(name: str) -> str:
    """The pool that a resource belongs to, where a cloud has several for one; else the resource's own name."""
    return next((pool for pool in (POOL, LARGE) if name == pool or name.startswith(f"{pool}-")), name)


@pytest.mark.parametrize("provider", CLOUDS)
def test_each_edit_does_what_it_says_and_nothing_else(provider: str, simulation: Any) -> None:
    values = little(provider)
    made = stack_of(simulation, values).up()
    assert not made.failed, made.text

    more = edited(values, "node_pools", "user", "max_nodes", to=25)
    grown = edited(more, "home_storage", "size_gib", to=600)
    assert sorted(stack_of(simulation, grown).up().changes) == [("update", HOMES), ("update", POOL)]

    shrunk = stack_of(simulation, edited(grown, "home_storage", "size_gib", to=200)).up()
    assert shrunk.failed
    assert HOMES in shrunk.text
    assert NOT_SMALLER.search(shrunk.text)

    larger = edited(grown, "node_pools", "user", "memory_gib", to=64)
    added = edited(larger, "node_pools", "large", to={"cpu": 16, "memory_gib": 128})
    replaced = stack_of(simulation, added).up()
    assert not replaced.failed, replaced.text
    assert {pool_of(name) for name in replaced.of("create")} == {LARGE}
    others = [(step, name) for step, name in replaced.changes if step != "create"]
    assert {pool_of(name) for _, name in others} == {POOL}
    # The new nodes are there before the old ones go.
    assert [step for step, name in others if name == POOL] == ["create-replacement", "replace", "delete-replaced"]

    gone = stack_of(simulation, larger).up()
    assert {(step, pool_of(name)) for step, name in gone.changes} == {("delete", LARGE)}


@pytest.mark.parametrize("provider", CLOUDS)
def test_destroying_waits_for_a_person_to_say_so_and_leaves_peoples_files(provider: str, simulation: Any) -> None:
    values = little(provider)
    stack = stack_of(simulation, values)
    assert not stack.up().failed

    protected = {one["id"] for one in resources(stack) if one.get("protect")}
    refused = stack.destroy()
    assert refused.failed
    assert "protect" in refused.text
    # The engine takes what it may before it comes to what it may not; a deploy brings that back.
    assert {one["id"] for one in resources(stack)} >= protected
    mended = stack_of(simulation, values).up()
    assert not mended.failed, mended.text

    unprotected = stack_of(simulation, values, protect=False)
    assert not unprotected.up().failed
    kept = [path for kind in cloud(provider).data_types for path in simulation.records(kind.rpartition(":")[2])]
    others = [path for path in simulation.world.glob("*/*/*/*/*.json") if path not in kept]
    assert kept
    gone = unprotected.destroy()
    assert not gone.failed, gone.text
    assert all(path.is_file() for path in kept)
    assert not [path for path in others if path.is_file()]


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_deploy_that_failed_half_way_is_gone_on_with(provider: str, simulation: Any) -> None:
    simulation.order({"kind": "capacity", "name": "*user*", "times": 1})
    failed = stack_of(simulation, little(provider)).up()
    assert failed.failed
    assert POOL in failed.text

    went_on = stack_of(simulation, little(provider)).up()
    assert not went_on.failed, went_on.text
    assert POOL in went_on.of("create")
    assert stack_of(simulation, little(provider)).up().changes == []


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_second_cluster_stands_beside_the_first(provider: str, simulation: Any) -> None:
    for name in (NAME, "a-second-with-a-long-name"):
        made = stack_of(simulation, {**little(provider), "github": {"repository_id": "1"}}, name=name).up()
        assert not made.failed, made.text
    assert stack_of(simulation, {**little(provider), "github": {"repository_id": "1"}}).up().changes == []
