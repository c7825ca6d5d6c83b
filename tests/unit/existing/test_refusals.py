"""What cannot be asked of a cluster that others run, told from the file alone."""

from __future__ import annotations

from typing import Any

import pytest

from components.clouds import cloud
from schemas.cluster import Cluster

POOLS = {"user": {"cpu": 4, "memory_gib": 16}}
SHARE = {"server": "files.example.org", "path": "/homes"}


def cluster(*, existing: dict[str, Any] | None = None, **fields: Any) -> Cluster:
    section = {"context": "theirs", **(existing or {})}
    return Cluster.model_validate({"provider": "existing", "existing": section, "node_pools": POOLS, **fields})


def refused(asked: Cluster) -> list[tuple[str | int, ...]]:
    return [refusal.path for refusal in cloud("existing").cluster_refusals("theirs", asked)]


def test_a_plain_file_is_fine() -> None:
    assert refused(cluster()) == []
    assert refused(cluster(existing={"home_nfs": SHARE}, home_storage={"backup_keep_days": 0})) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"kubernetes_minor": "1.33"},
        {"maintenance_hour_utc": 5},
        {"api_allowed_cidrs": ["192.0.2.0/24"]},
        {"admin_principals": ["group:admins@example.org"]},
        {"log_retention_days": 90},
        {"delete_untagged_images_after_days": 7},
        {"network": {"cidr": "10.1.0.0/20"}},
        {"budget": {"notify": ["hubs@example.org"]}},
        {"github": {"repository_id": "1"}},
        {"dns_zone": {"domain": "hubs.example.org", "zone": "hubs"}},
    ],
)
def test_what_is_its_owners_to_say_is_refused(fields: dict[str, Any]) -> None:
    assert refused(cluster(**fields)) == [(name,) for name in fields]


@pytest.mark.parametrize(
    "fields", [{"spot": True}, {"machine_type": "n2-highmem-4"}, {"disk_gib": 200}, {"min_nodes": 1}, {"max_nodes": 3}]
)
def test_nodes_are_not_its_to_make(fields: dict[str, Any]) -> None:
    pools = {"user": {**POOLS["user"], **fields}}
    assert refused(cluster(node_pools=pools)) == [("node_pools", "user", name) for name in fields]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"home_storage": {"kind": "disk-nfs"}}, ("home_storage", "kind")),
        ({"home_storage": {"user_quota_gib": 10}}, ("home_storage", "user_quota_gib")),
        ({"home_storage": {"backup_keep_days": 30}}, ("home_storage", "backup_keep_days")),
        ({"existing": {"home_nfs": SHARE, "home_storage_class": "nfs"}}, ("existing", "home_nfs")),
        ({"node_pools": {}}, ("node_pools",)),
        ({"node_pools": {"core": {"cpu": 1, "memory_gib": 1}, **POOLS}}, ("node_pools", "core")),
    ],
)
def test_homes_and_pools_that_it_cannot_have(fields: dict[str, Any], path: tuple[str, ...]) -> None:
    assert refused(cluster(**fields)) == [path]


@pytest.mark.parametrize(
    ("existing", "path"),
    [
        ({"context": "another"}, ("existing", "context")),
        ({"home_storage_class": "other"}, ("existing", "home_storage_class")),
        ({"home_nfs": SHARE}, ("existing", "home_nfs")),
    ],
)
def test_hubs_do_not_move_by_an_edit(existing: dict[str, Any], path: tuple[str, ...]) -> None:
    facts = {
        "site": {"account": "theirs"},
        "kubernetes_minor": None,
        "network": {},
        "pools": {"user": {"role": "user"}},
        "homes": {"kind": "disk-nfs", "size_gib": 100, "storage_class": "nfs"},
    }
    assert list(cloud("existing").change_refusals(facts, cluster())) == []
    assert [one.path for one in cloud("existing").change_refusals(facts, cluster(existing=existing))] == [path]


@pytest.mark.parametrize("provider", ["gcp", "local"])
def test_labels_of_nodes_are_for_clusters_that_are_there(provider: str) -> None:
    section = {"gcp": {"project": "example-hubs", "zone": "us-central1-b"}} if provider == "gcp" else {}
    pools = {"user": {**POOLS["user"], "node_selector": {"a": "b"}}}
    asked = Cluster.model_validate({"provider": provider, **section, "node_pools": pools})
    paths = [refusal.path for refusal in cloud(provider).cluster_refusals("other", asked)]
    assert ("node_pools", "user", "node_selector") in paths
