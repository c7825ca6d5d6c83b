"""What a change costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.comparison.costs import NOTHING, UNKNOWN, Amount, cluster_cost_difference, cost_difference
from deployer.config import load_cluster, load_deployments
from deployer.project import Project
from schemas.community import Deployment

CHECKOUT = Project(Path(__file__).parents[3])


def _deployment(name: str) -> Deployment:
    return load_deployments(CHECKOUT, name).deployments["prod"]


def _with_core(deployment: Deployment, nodes: int) -> Deployment:
    cluster = deployment.cluster
    pools = {**cluster.node_pools, "user": cluster.node_pools["user"].model_copy(update={"min_nodes": nodes})}
    return deployment.model_copy(update={"cluster": cluster.model_copy(update={"node_pools": pools})})


def test_nothing_changes_where_nothing_differs() -> None:
    research = _deployment("research-gcp")
    difference = cost_difference(research, research)
    assert not difference.changed
    assert difference.items == ()
    assert difference.month.before == difference.month.after != NOTHING


def test_nodes_that_stay_are_an_item_of_their_own() -> None:
    research = _deployment("research-gcp")
    difference = cost_difference(research, _with_core(research, 2))
    by_item = {item.item: item for item in difference.items}
    kept = by_item["nodes kept in user"]
    assert kept.before == NOTHING
    assert kept.after.usd is not None
    assert kept.after.usd > 0
    more = sum((item.after.usd or 0) - (item.before.usd or 0) for item in difference.items)
    assert (difference.month.after.usd or 0) - (difference.month.before.usd or 0) == pytest.approx(more, abs=0.05)
    assert not any(hour.changed for hour in difference.hours)


def test_hours_of_profiles_that_come_and_go() -> None:
    research = _deployment("research-gcp")
    fewer = research.hub.model_copy(update={"profiles": research.hub.profiles[:1]})
    difference = cost_difference(research, research.model_copy(update={"hub": fewer}))
    gone = {(hour.profile, hour.size) for hour in difference.hours if hour.after is None}
    assert gone == {("large", "1-4"), ("large", "1-2"), ("large", "1"), ("gpu", "")}
    assert all(hour.before == hour.after for hour in difference.hours if hour.profile == "standard")
    assert difference.of_servers.month.before == difference.of_servers.month.after


def test_a_side_without_anything_costs_nothing() -> None:
    cluster = load_cluster(CHECKOUT, "example-gcp").cluster
    difference = cluster_cost_difference(None, cluster)
    assert difference.month.before == NOTHING
    assert (difference.month.after.usd or 0) > 100
    assert cost_difference(None, None).month.after == NOTHING


def test_this_machine_is_free_and_somebody_elses_cluster_unknown() -> None:
    assert cost_difference(None, _deployment("demo")).month.after == NOTHING
    assert cost_difference(None, _deployment("campus-existing")).month.after == UNKNOWN == Amount(None)
