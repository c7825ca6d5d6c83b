"""A hub's place on a cluster of every cloud: buckets, who its servers are, people's files, its name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from components.clouds import cloud
from components.clouds.azure.roles import ROLES
from components.contract import HubArgs
from schemas.community import Deployment
from tests.contract.conftest import CLOUDS, Standing, asked, resources
from tests.e2e.simulated.conftest import Outcome, Stack

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]

STACK = "ocean-prod"
HUB: dict[str, Any] = {
    "domain": "hub.ocean.example.org",
    "scratch": {"delete_after_days": 7},
    "buckets": [
        {"name": "data", "undelete_days": 30},
        {"name": "reference", "access": "read"},
        {"name": "results", "public_read": True},
    ],
    "shared_directories": [{"name": "material"}],
}


def deployment(provider: str, hub: Mapping[str, Any], *, community: str = "ocean") -> Deployment:
    """One stage of a community on the cluster that asks for everything."""
    return Deployment.model_validate(
        {
            "community": community,
            "stage": "prod",
            "title": "Ocean",
            "archetype": "research",
            "contacts": [],
            "cluster_name": "demo",
            "cluster": asked(provider),
            "hub": hub,
            "images": {},
        }
    )


def place_program(asked_for: Deployment, facts: Mapping[str, Any], **options: Any) -> Callable[[], None]:
    """The hub's stack, on a cluster with these facts."""

    def program() -> None:
        import pulumi

        args = HubArgs(deployment=asked_for, project=Path.cwd(), cluster_facts=facts, **options)
        outputs = cloud(asked_for.cluster.provider).hub(asked_for.stack, args)
        pulumi.export("url", outputs.url)
        pulumi.export("facts", outputs.facts)

    return program


@dataclass(frozen=True)
class Place:
    """A hub's stack under work, on the cluster that stands."""

    standing: Standing
    community: str

    @property
    def cluster(self) -> Mapping[str, Any]:
        """The cluster's facts."""
        return self.standing.facts

    def stack(self, hub: Mapping[str, Any] = HUB, **options: Any) -> Stack:
        asked_for = deployment(self.standing.cloud, hub, community=self.community)
        program = place_program(asked_for, self.cluster, **options)
        return self.standing.simulation.stack(asked_for.stack, program, {})


@dataclass(frozen=True)
class Made:
    """A place that was made, then once more."""

    provider: str
    cluster: Mapping[str, Any]
    foretold: Outcome
    made: Outcome
    again: Outcome
    resources: list[dict[str, Any]]

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.made.outputs["facts"]
        return facts

    def one(self, kind: str) -> dict[str, Any]:
        """The only object of a kind."""
        (found,) = (one for one in self.resources if one["type"].endswith(f":{kind}"))
        return found


def bucket_of(url: str) -> str:
    """gs://bucket, s3://bucket, or abfs://container@account.… as account/container."""
    container, _, account = url.partition("://")[2].partition("@")
    return f"{account.partition('.')[0]}/{container}" if account else container


def google_grants(made: Made) -> set[tuple[str, bool]]:
    """Buckets, and whether servers may write there; everybody's right to read open ones is not theirs."""
    (account,) = (one["outputs"]["member"] for one in made.resources if one["type"].endswith(":Account"))
    roles = {"roles/storage.objectUser": True, "roles/storage.objectViewer": False}
    granted = [one["inputs"] for one in made.resources if one["type"].endswith("IAMMember")]
    assert {one["member"] for one in granted if "bucket" in one} == {account, "allUsers"}
    return {
        (one["bucket"], roles[one["role"]]) for one in granted if one.get("member") == account and one["role"] in roles
    }


def amazon_grants(made: Made) -> set[tuple[str, bool]]:
    (policy,) = (json.loads(one["inputs"]["policy"]) for one in made.resources if one["type"].endswith(":RolePolicy"))
    about = [(one["Resource"].removeprefix("arn:aws:s3:::"), one["Action"]) for one in policy["Statement"]]
    assert all("*" not in bucket.removesuffix("/*") for bucket, _ in about)
    assert all("*" not in action for _, actions in about for action in actions)
    return {(name.removesuffix("/*"), "s3:PutObject" in actions) for name, actions in about if name.endswith("/*")}


def azure_grants(made: Made) -> set[tuple[str, bool]]:
    assigned = [one["inputs"] for one in made.resources if one["type"].endswith(":RoleAssignment")]
    found = set()
    for one in assigned:
        inside = re.fullmatch(r".*/storageAccounts/([^/]+)/blobServices/default/containers/([^/]+)", one["scope"])
        assert inside, f"a grant beyond a bucket: {one['scope']}"
        writes = one["roleDefinitionId"].endswith(ROLES["Storage Blob Data Contributor"])
        found.add((f"{inside[1]}/{inside[2]}", writes))
    return found


GRANTS = {"gcp": google_grants, "aws": amazon_grants, "azure": azure_grants}


@pytest.fixture(scope="session")
def made(standing: Standing) -> Made:
    place = Place(standing, "ocean")
    stack = place.stack()
    foretold, made, again = stack.preview(), stack.up(), stack.up()
    return Made(standing.cloud, place.cluster, foretold, made, again, resources(stack))


def test_stands_as_foretold_and_a_second_run_changes_nothing(made: Made) -> None:
    for outcome in (made.foretold, made.made, made.again):
        assert not outcome.failed, outcome.text
    assert made.foretold.of("create") == made.made.of("create")
    assert made.again.changes == []


def test_the_namespace_lets_no_pod_in_that_could_take_a_node_over(made: Made) -> None:
    labels = made.one("Namespace")["inputs"]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "baseline"
    assert labels["pod-security.kubernetes.io/warn"] == "restricted"
    assert (labels["hubs-community"], labels["hubs-stage"]) == ("ocean", "prod")


def test_servers_are_somebody_in_the_cloud_and_nobody_in_kubernetes(made: Made) -> None:
    account = made.one("ServiceAccount")["inputs"]
    assert (account["metadata"]["name"], account["metadata"]["namespace"]) == ("user-sa", STACK)
    assert account["automountServiceAccountToken"] is False
    assert made.facts["service_account"] == "user-sa"
    bound = json.dumps([one["inputs"] for one in made.resources if not one["type"].startswith("kubernetes:")])
    assert STACK in bound
    assert "user-sa" in bound


def test_nobody_gets_at_the_nodes_rights(made: Made) -> None:
    principal = made.cluster["node_principal"]
    name = principal.rpartition(":")[2].rpartition("/")[2]
    given = json.dumps([one["inputs"] for one in made.resources])
    assert principal not in given
    assert name not in given


def test_servers_may_use_the_hubs_own_buckets_and_no_others(made: Made) -> None:
    given = GRANTS[made.provider](made)
    own = {name: bucket_of(url) for name, url in made.facts["buckets"].items()}
    assert given == {
        (own["data"], True),
        (own["reference"], False),
        (own["results"], True),
        (own["scratch"], True),
    }


def test_hubs_learn_all_that_their_servers_need(made: Made) -> None:
    facts = made.facts
    assert facts["namespace"] == STACK
    assert facts["url"] == "https://hub.ocean.example.org/"
    assert set(facts["buckets"]) == {"data", "reference", "results", "scratch"}
    assert facts["environment"]["DATA_BUCKET"] == facts["buckets"]["data"]
    assert facts["environment"]["SCRATCH_BUCKET"] == facts["buckets"]["scratch"] + "/$(JUPYTERHUB_USER)"
    assert facts["environment"]["PANGEO_SCRATCH"] == facts["environment"]["SCRATCH_BUCKET"]
    assert facts["pod_labels"]["hubs-community"] == "ocean"
    assert facts["pools"] == made.cluster["pools"]
    assert facts["homes"] == {
        "claim": "homes",
        "sub_path": f"{STACK}/homes",
        "shared": {"material": f"{STACK}/shared/material"},
    }


def test_homes_are_the_clusters_store_and_no_others_claim_takes_them(made: Made) -> None:
    volume, claim = made.one("PersistentVolume"), made.one("PersistentVolumeClaim")
    assert volume["inputs"]["spec"]["nfs"]["server"] == made.cluster["homes"]["nfs_server"]
    assert volume["inputs"]["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    assert volume["inputs"]["spec"]["claimRef"] == {"namespace": STACK, "name": "homes"}
    assert claim["inputs"]["spec"]["storageClassName"] == ""
    assert volume.get("protect")
    assert claim.get("protect")


def test_buckets_that_hold_data_are_protected_and_scratch_is_not(made: Made) -> None:
    data_types = cloud(made.provider).data_types
    buckets = {
        one["urn"].rpartition("::")[2].removeprefix(f"{STACK}-"): one
        for one in made.resources
        if one["type"] in data_types and one["urn"].rpartition("::")[2].startswith(f"{STACK}-")
    }
    assert {"data", "reference", "results"} <= set(buckets)
    for name in ("data", "reference", "results"):
        assert buckets[name].get("protect"), name
        assert buckets[name].get("retainOnDelete"), name
    if "scratch" in buckets:
        assert not buckets["scratch"].get("protect")


def test_what_expires_is_edited_in_place_and_what_is_kept_leaves_only_when_a_person_said_so(standing: Standing) -> None:
    place = Place(standing, "tides")
    made = place.stack().up()
    assert not made.failed, made.text
    assert held(standing, made) == {"data", "reference", "results", "scratch"}

    edited = {**HUB, "scratch": {"delete_after_days": 14}}
    later = place.stack(edited).up()
    assert not later.failed, later.text
    assert {operation for operation, _ in later.changes} == {"update"}
    assert all(name.startswith("tides-prod-scratch") for _, name in later.changes)

    refused = place.stack({**edited, "buckets": HUB["buckets"][1:]}).up()
    assert refused.failed
    assert "tides-prod-data" in refused.text
    assert "protect" in refused.text

    unprotected = place.stack(edited, protect=False)
    assert not unprotected.up().failed
    destroyed = unprotected.destroy()
    assert not destroyed.failed, destroyed.text
    assert held(standing, made) == {"data", "reference", "results"}


def test_data_goes_when_a_person_said_so(standing: Standing) -> None:
    place = Place(standing, "waves")
    made = place.stack().up()
    assert not made.failed, made.text
    unprotected = place.stack(protect=False, keep_data=False)
    assert not unprotected.up().failed
    gone = unprotected.destroy()
    assert not gone.failed, gone.text
    assert held(standing, made) == set()


def held(standing: Standing, made: Outcome) -> set[str]:
    """Which of the place's buckets are in the world."""
    kinds = {kind.rpartition(":")[2] for kind in cloud(standing.cloud).data_types}
    records = [path.read_text() for kind in kinds for path in standing.simulation.records(kind)]
    words = {name: bucket_of(url).split("/") for name, url in urls(made).items()}
    return {name for name, told in words.items() if any(all(word in text for word in told) for text in records)}


def urls(made: Outcome) -> dict[str, str]:
    """Of the place's buckets, by name."""
    told: dict[str, str] = made.outputs["facts"]["buckets"]
    return told


def test_without_buckets_servers_are_nobody_in_the_cloud(standing: Standing) -> None:
    stack = Place(standing, "calm").stack({"domain": "hub.calm.example.org", "home": {"type": "none"}})
    made = stack.up()
    assert not made.failed, made.text
    made_there = {one["type"] for one in resources(stack) if not one["type"].startswith("kubernetes:")}
    assert made_there == {"hubkeys:index:Key"}
    assert made.outputs["facts"]["environment"] == {}
    assert made.outputs["facts"]["homes"]["claim"] is None
    assert not made.outputs["facts"]["needs_metadata_server"]


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_place_wants_a_domain_and_a_name_of_its_own(provider: str) -> None:
    asked_for = deployment(provider, {})
    refused = cloud(provider).refusals(asked_for)
    assert [refusal.path for refusal in refused] == [("hub", "domain")]
    renamed = asked_for.model_copy(update={"community": "kube-ocean"})
    assert ("community",) in [refusal.path for refusal in cloud(provider).refusals(renamed)]
