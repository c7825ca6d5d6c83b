"""A cluster and its communities through faults, edits, drift and destruction: the same command always goes on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deployer.errors import BadInput, DeployerError, EngineFailed, GateFailed
from deployer.rollout import passing
from deployer.rollout.doomed import doomed
from deployer.rollout.status import cluster_status, status
from tests.e2e.simulated.rollouts import Rollouts, rollouts

pytestmark = pytest.mark.engine

CLUSTERS: dict[str, dict[str, Any]] = {
    "gcp": {"gcp": {"project": "example-hubs", "zone": "us-central1-b"}, "kubernetes_minor": "1.33"},
    "aws": {
        "aws": {"account_id": "123456789012", "zone": "us-east-1a"},
        "admin_principals": ["arn:aws:iam::123456789012:role/hub-admins"],
    },
}
POOLS = {"user": {"cpu": 4, "memory_gib": 32}, "dask": {"role": "worker", "cpu": 4, "memory_gib": 16, "spot": True}}
TRIES = 2
AGAIN = "then run the same command again: it goes on from there"


def cluster(provider: str = "gcp", **changes: Any) -> dict[str, Any]:
    """A small one."""
    small = {"provider": provider, **CLUSTERS[provider], "node_pools": POOLS, "home_storage": {"size_gib": 100}}
    return {**small, "support": {"monitoring": {"enabled": False}}, **changes}


def community(name: str, **hub: Any) -> dict[str, Any]:
    """One on the cluster `reef`, with a bucket that is kept."""
    own = {
        "domain": f"{name}.example.org",
        "auth": {"type": "native", "admins": ["ada"]},
        "buckets": [{"name": "data"}],
    }
    return {"name": name, "title": name.title(), "cluster": "reef", "hub": {**own, **hub}}


@pytest.fixture(scope="module")
def made(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Rollouts:
    """A project whose tests build on each other: one cluster, made, changed, lived on and destroyed."""
    return rollouts(tmp_path_factory.mktemp("reef"))


@pytest.fixture(autouse=True)
def faults(made: Rollouts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBS_SIMULATED_FAULTS", str(made.root / "faults.yaml"))


BAD_DAY: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (
        {"type": "*/network:Network", "kind": "permission", "times": 1},
        ("Network 'reef' could not be created", "let an owner of projects/example-hubs give you a role with compute."),
    ),
    # What passes by itself is tried again by itself, until patience ends.
    ({"type": "*/subnetwork:*", "kind": "throttling", "times": TRIES}, ("Error 429", "Google takes no more requests")),
    (
        {"type": "*/cluster:Cluster", "kind": "quota", "times": 1, "what": "CPUS_ALL_REGIONS"},
        (
            "Cluster 'reef'",
            "ask Google for more of CPUS_ALL_REGIONS: https://console.cloud.google.com/iam-admin/quotas",
        ),
    ),
    (
        {"type": "*/nodePool:NodePool", "name": "*-user", "kind": "capacity", "times": 1},
        ("NodePool 'reef-user'", "ZONE_RESOURCE_POOL_EXHAUSTED", "choose another machine"),
    ),
    ({"type": "*:Namespace", "name": "*-gateway", "kind": "crash"}, ("the provider plugin ended",)),
]


def test_every_fault_ends_in_words_that_help_and_the_same_command_goes_on(
    made: Rollouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "TRIES", TRIES)
    monkeypatch.setattr(passing, "FIRST_WAIT_SECONDS", 0.0)
    made.write("clusters/reef.yaml", cluster())
    slow = {"type": "*/router:Router", "kind": "slow", "seconds": 0.5, "times": 1}
    made.order(*(fault for fault, _ in BAD_DAY), slow)
    target = made.cluster("reef")
    for number, (fault, words) in enumerate(BAD_DAY):
        with pytest.raises(EngineFailed) as struck:
            made.deploy(target)
        said = f"{struck.value.fault}\n{struck.value.remedy}"
        assert all(word in said for word in words), (fault, said)
        assert struck.value.remedy.endswith(AGAIN)
        assert number == 0 or "done before that and kept" in struck.value.left
        assert cluster_status(target).state == "unfinished"

    assert made.deploy(target).done
    assert (made.deploy(target).changed, cluster_status(target).state) == (False, "up")


EDITS: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    (
        {"node_pools": {**POOLS, "large": {"cpu": 16, "memory_gib": 128}}},
        {("create", "NodePool reef-large")},
    ),
    (
        {"node_pools": {**POOLS, "user": {**POOLS["user"], "max_nodes": 40}}, "home_storage": {"size_gib": 200}},
        {("update", "NodePool reef-user"), ("update", "Disk reef-homes")},
    ),
    (
        {"node_pools": {"user": {**POOLS["user"], "cpu": 8, "memory_gib": 64}}},
        {("replace", "NodePool reef-user"), ("delete", "NodePool reef-dask")},
    ),
    (
        {"kubernetes_minor": "1.34"},
        {("update", "Cluster reef"), *(("replace", f"NodePool reef-{pool}") for pool in ("core", "user", "dask"))},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), EDITS, ids=["add", "grow", "replace", "upgrade"])
def test_an_edit_shows_what_it_would_do(
    made: Rollouts, changes: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    made.write("clusters/reef.yaml", cluster(**changes))
    (part,) = made.preview(made.cluster("reef")).stacks
    found = {(change.operation, f"{change.kind} {change.name}") for change in part.effective}
    assert {one for one in found if one[1].split()[0] in ("NodePool", "Disk", "Cluster")} == expected
    made.write("clusters/reef.yaml", cluster())


def test_what_the_cluster_cannot_become_is_refused_at_its_place(made: Rollouts) -> None:
    made.write("clusters/reef.yaml", cluster(kubernetes_minor="1.35", home_storage={"size_gib": 50}))
    made.write("communities/coral.yaml", community("coral"))
    for target in (made.cluster("reef"), made.community("coral")):
        with pytest.raises(BadInput) as refused:
            made.deploy(target)
        assert {problem.path for problem in refused.value.problems} == {"kubernetes_minor", "home_storage.size_gib"}
        assert {problem.place.file.rpartition("/")[2] for problem in refused.value.problems} == {"reef.yaml"}
    made.write("clusters/reef.yaml", cluster())


def test_drift_is_seen_and_mended(made: Rollouts) -> None:
    target = made.cluster("reef")
    made.edit("Subnetwork", privateIpGoogleAccess=False)
    (found,) = made.refresh(target)
    assert [(change.kind, change.operation) for change in found.drifted] == [("Subnetwork", "update")]
    assert cluster_status(target).state == "unfinished"
    mended = made.deploy(target)
    assert mended.done == {"cluster": "1 updated"}
    assert cluster_status(target).state == "up"


def test_what_is_protected_is_not_replaced_for_a_change_by_hand(made: Rollouts) -> None:
    target = made.cluster("reef")
    made.edit("Network", autoCreateSubnetworks=True)
    with pytest.raises(
        EngineFailed, match="Cluster 'reef' is protected, and would have to be replaced with"
    ) as refused:
        made.preview(target)
    assert "take back what was changed" in refused.value.remedy
    made.edit("Network", autoCreateSubnetworks=False)


@pytest.mark.usefixtures("without_checkpoints")
def test_two_communities_meet_on_one_cluster(made: Rollouts) -> None:
    """Both find that it must change, and take turns with it; prod waits for its own staging."""
    made.write("clusters/reef.yaml", cluster(node_pools={**POOLS, "large": {"cpu": 16, "memory_gib": 128}}))
    for name in ("coral", "kelp"):
        made.write(f"communities/{name}.yaml", community(name))
    with pytest.raises(GateFailed, match="coral-prod may not go ahead of staging: staging is not deployed"):
        made.deploy(made.community("coral"), stages=["prod"])

    failed: list[BaseException] = []

    def deploy(name: str) -> None:
        try:
            made.deploy(made.community(name), stages=["staging"])
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failed.append(error)

    both = [threading.Thread(target=deploy, args=(name,)) for name in ("coral", "kelp")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failed == []
    assert any("waiting for the cluster reef: another run is at work on it" in note for note in made.notes)
    assert sorted(len(plan.stacks) for plan in made.plans[-2:]) == [1, 2]
    assert cluster_status(made.cluster("reef")).communities == ["coral", "kelp"]

    promoted = made.deploy(made.community("coral"), stages=["prod"])
    assert list(promoted.done) == ["prod"]


def test_a_cluster_with_communities_on_it_is_not_destroyed(made: Rollouts) -> None:
    before = made.kinds()
    with pytest.raises(GateFailed, match="the cluster reef has communities on it: coral, kelp"):
        made.destroy(made.cluster("reef"))
    assert made.kinds() == before


@pytest.mark.usefixtures("without_checkpoints")
def test_hubs_go_and_their_data_stays(made: Rollouts) -> None:
    before = made.kinds()
    with pytest.raises(GateFailed, match="people's accounts on coral-prod, coral-staging would go") as refused:
        made.destroy(made.community("coral"), delete_accounts=False)
    assert "--delete-accounts" in refused.value.remedy
    assert made.kinds() == before
    told = doomed(made.community("coral"), delete_accounts=True)
    assert told.protected
    assert "the database of coral-prod: who signed in, their tokens, accounts and passwords" in told.goes
    assert "Bucket coral-prod-data" in told.stays
    assert "homes and shared directories of coral-prod, with the cluster's file store" in told.stays
    assert "Bucket coral-prod-data" in doomed(made.community("coral"), delete_data=True).goes

    gone = made.destroy(made.community("coral"))
    assert gone.stacks == ("coral-prod", "coral-staging")
    assert [place.partition(":")[0] for place in gone.kept] == [
        "Bucket coral-prod-data",
        "Bucket coral-staging-data",
    ]
    assert gone.cluster_stays == "kelp stands on it"
    assert {one.state for one in status(made.community("coral"), ["coral"])} == {"not deployed"}

    # The next deploy finds its bucket again; and then it goes with all that is in it.
    made.deploy(made.community("coral"), stages=["staging"])
    assert made.kinds().count("Bucket") == 3
    made.destroy(made.community("coral"), delete_data=True)
    assert made.kinds().count("Bucket") == 1
    made.destroy(made.community("kelp"), delete_data=True)
    assert made.kinds().count("Bucket") == 0


def test_a_destroy_goes_on_after_a_fault_and_homes_stay(made: Rollouts) -> None:
    target = made.cluster("reef")
    made.order({"type": "*/cluster:Cluster", "operation": "delete", "kind": "throttling", "times": 1})
    with pytest.raises(EngineFailed, match="Cluster 'reef' could not be deleted"):
        made.destroy(target)
    assert "Disk" in made.kinds()
    assert cluster_status(target).state == "unfinished"

    gone = made.destroy(target)
    assert gone.kept == ("Disk reef-homes: projects/example-hubs/zones/us-central1-b/disks/reef-homes",)
    assert made.kinds() == ["Disk"]
    assert (cluster_status(target).state, cluster_status(target).kept) == ("not deployed", gone.kept)
    assert made.destroy(target).stacks == ()

    # The disk that stayed still binds: it does not shrink, and is elsewhere for nobody.
    made.write("clusters/reef.yaml", cluster(home_storage={"size_gib": 50}, network={"cidr": "10.9.0.0/20"}))
    with pytest.raises(BadInput) as refused:
        made.deploy(target)
    assert {problem.path for problem in refused.value.problems} == {"home_storage.size_gib"}


@pytest.mark.usefixtures("without_checkpoints")
def test_homes_go_with_their_clusters_name_only(made: Rollouts) -> None:
    made.write("clusters/reef.yaml", cluster())
    gone = made.destroy(made.cluster("reef"), delete_data=True)
    assert gone.kept == ()
    assert made.kinds() == []
    assert cluster_status(made.cluster("reef")).kept == ()


def test_a_cluster_that_was_only_half_made_can_be_destroyed(made: Rollouts) -> None:
    target = made.cluster("reef")
    made.order({"type": "*/nodePool:NodePool", "name": "*-core", "kind": "capacity"})
    with pytest.raises(EngineFailed, match="ZONE_RESOURCE_POOL_EXHAUSTED"):
        made.deploy(target)
    assert "Cluster" in made.kinds()
    made.order()
    made.destroy(target, delete_data=True)
    assert made.kinds() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"type": "*:Vpc", "kind": "permission"}, "let an administrator of the account give you ec2:CreateVpc"),
        ({"type": "*:NodeGroup", "kind": "quota", "what": "32"}, "ask AWS for more than 32 vCPUs"),
    ],
    ids=["permission", "quota"],
)
def test_other_clouds_faults_help_too(made: Rollouts, fault: dict[str, Any], words: str) -> None:
    made.write("clusters/sand.yaml", cluster("aws"))
    made.order({**fault, "times": 1})
    with pytest.raises(DeployerError) as struck:
        made.deploy(made.cluster("sand"))
    assert words in struck.value.remedy
    made.order()
