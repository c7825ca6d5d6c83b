"""What every cloud with Kubernetes must give, whichever it is."""

from __future__ import annotations

import json

import pytest

from components.clouds import cloud
from components.cluster_changes import change_refusals
from schemas.cluster import Cluster
from tests.contract.conftest import NAME, Standing, asked

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]

FORBIDDEN = ("token", "password", "client-key", "client-certificate", "secret", "PRIVATE KEY")
ROLES = {
    "core": ({"hub.jupyter.org/node-purpose": "core", "k8s.dask.org/node-purpose": "core"}, set()),
    "user": (
        {"hub.jupyter.org/node-purpose": "user", "k8s.dask.org/node-purpose": "scheduler"},
        {("hub.jupyter.org_dedicated", "user", "NoSchedule")},
    ),
    "worker": ({"k8s.dask.org/node-purpose": "worker"}, {("k8s.dask.org_dedicated", "worker", "NoSchedule")}),
}


def test_stands_as_foretold_and_a_second_run_changes_nothing(standing: Standing) -> None:
    for outcome in (standing.foretold, standing.made, standing.again):
        assert not outcome.failed, outcome.text
    assert standing.foretold.of("create") == standing.made.of("create")
    assert standing.again.changes == []


def test_the_kubeconfig_signs_in_by_a_program_and_holds_nothing_to_steal(standing: Standing) -> None:
    text = standing.facts["kubeconfig"]
    # What programs of some clouds are told to do is no token.
    assert not [word for word in FORBIDDEN if word in text.replace("get-token", "")]
    kubeconfig = json.loads(text)
    (user,) = kubeconfig["users"]
    assert set(user["user"]) == {"exec"}
    assert user["user"]["exec"]["installHint"]
    (entry,) = kubeconfig["clusters"]
    assert entry["cluster"]["server"].startswith("https://")
    assert kubeconfig["current-context"] == NAME


def test_pools_have_the_labels_and_taints_that_hubs_look_for(standing: Standing) -> None:
    pools = standing.facts["pools"]
    wanted = asked(standing.cloud)["node_pools"]
    assert set(pools) == {"core", *wanted}
    for name, pool in pools.items():
        labels, taints = ROLES[pool["role"]]
        found = {(one["key"], one["value"], one["effect"]) for one in pool["tolerations"]}
        gpu = wanted.get(name, {}).get("gpu")
        assert labels.items() <= pool["node_selector"].items()
        assert pool["node_selector"]["hub-pool"] == name
        assert pool["node_selector"].get("gpu-kind") == (gpu["kind"] if gpu else None)
        assert taints <= found
        assert (("nvidia.com/gpu", "present", "NoSchedule") in found) == bool(gpu)


def test_what_is_free_on_a_node_is_what_validation_reckons_with(standing: Standing) -> None:
    cluster = Cluster.model_validate(asked(standing.cloud))
    for name in cluster.node_pools:
        free = standing.facts["pools"][name]["free"]
        reckoned = cloud(standing.cloud).allocatable(cluster, name)
        assert reckoned is not None
        assert (free["cpu_millis"], free["gpu"]) == (round(reckoned.cpu * 1000), reckoned.gpu)
        assert free["memory_mib"] == int(reckoned.memory_gib * 1024)


def test_hubs_find_homes_registry_and_addresses(standing: Standing) -> None:
    facts = standing.facts
    share = {"nfs_server", "nfs_path", "mount_options"}
    disk = share | {"csi_driver", "volume_handle", "fs_type", "zone"}
    told = set(facts["homes"]) - {"kind", "size_gib", "user_quota_gib"}
    assert told == (disk if facts["homes"]["kind"] == "disk-nfs" else share)
    assert (facts["homes"]["size_gib"], facts["homes"]["user_quota_gib"]) == (500, 20)
    assert facts["registry"]["prefix"].startswith(facts["registry"]["host"])
    assert len(facts["egress_ips"]) == 1
    assert facts["oidc_issuer"]
    assert facts["node_principal"]


def test_what_holds_data_or_hubs_is_protected(standing: Standing) -> None:
    protected = {one["type"] for one in standing.resources if one.get("protect")}
    data = {one["type"] for one in standing.resources if one["type"] in cloud(standing.cloud).data_types}
    assert data
    assert data <= protected
    assert all(one.get("retainOnDelete") for one in standing.resources if one["type"] in data)


def test_its_own_file_is_one_that_it_can_follow(standing: Standing) -> None:
    cluster = Cluster.model_validate(asked(standing.cloud))
    assert list(change_refusals(standing.facts, cluster)) == []
    smaller = cluster.model_copy(update={"home_storage": cluster.home_storage.model_copy(update={"size_gib": 100})})
    assert [refusal.path for refusal in change_refusals(standing.facts, smaller)] == [("home_storage", "size_gib")]
