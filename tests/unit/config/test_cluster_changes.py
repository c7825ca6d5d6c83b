"""Edits that a standing cluster cannot follow."""

from __future__ import annotations

from typing import Any

import pytest

from components.cluster_changes import change_refusals
from schemas.cluster import Cluster

FACTS: dict[str, Any] = {
    "kubernetes_minor": "1.33",
    "homes": {"kind": "disk-nfs", "size_gib": 500},
    "network": {"cidr": "10.0.0.0/20", "pod_cidr": "10.4.0.0/14", "service_cidr": "10.8.0.0/20"},
    "pools": {"core": {"role": "core"}, "user": {"role": "user"}, "dask": {"role": "worker"}},
}
POOL = {"cpu": 4, "memory_gib": 32}


def cluster(**changes: Any) -> Cluster:
    site = {"project": "example-hubs", "zone": "us-central1-b"}
    same = {"home_storage": {"size_gib": 500}, "node_pools": {"user": POOL, "dask": POOL}, "kubernetes_minor": "1.33"}
    return Cluster.model_validate({"provider": "gcp", "gcp": site, **same, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"kubernetes_minor": "1.34"},
        {"kubernetes_minor": None},
        {"home_storage": {"size_gib": 501}},
        {"network": {"egress_addresses": 3}},
        {"node_pools": {"user": POOL, "dask": POOL, "large": POOL}},
        {"node_pools": {"user": POOL}},
        {"node_pools": {"user": POOL, "workers": POOL}},  # people notice nothing when workers' nodes go
    ],
)
def test_what_it_can_follow(changes: dict[str, Any]) -> None:
    assert list(change_refusals(FACTS, cluster(**changes))) == []
    assert list(change_refusals({}, cluster(**changes))) == []


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"kubernetes_minor": "1.32"}, "kubernetes_minor", "cannot go back from 1.33 to 1.32; write '1.33'"),
        ({"kubernetes_minor": "1.35"}, "kubernetes_minor", "one minor version at a time, and 1.33 runs; write '1.34'"),
        ({"home_storage": {"size_gib": 499}}, "home_storage.size_gib", "no disk shrinks; write at least 500"),
        ({"home_storage": {"kind": "managed-nfs", "size_gib": 1024}}, "home_storage.kind", "make a new cluster"),
        ({"network": {"pod_cidr": "10.12.0.0/14"}}, "network.pod_cidr", "another range would be another cluster"),
        ({"node_pools": {"people": POOL}}, "node_pools.people", "'people' comes and 'user' would go in one step"),
    ],
)
def test_what_it_cannot(changes: dict[str, Any], path: str, words: str) -> None:
    (refusal,) = change_refusals(FACTS, cluster(**changes))
    assert ".".join(str(step) for step in refusal.path) == path
    assert words in f"{refusal.fault}; {refusal.remedy}"
