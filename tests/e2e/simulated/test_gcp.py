"""A cluster on Google Cloud, from nothing to nothing, through the real engine."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest

pytestmark = pytest.mark.engine
SETTINGS = {"gcp:project": "demo-project", "gcp:region": "us-central1"}


def cluster(bucket: str | None = None, cluster_labels: dict[str, str] | None = None, **pool: Any) -> Any:
    """A program; `pool` is laid over the node pool's configuration."""

    def program() -> None:
        network = gcp.compute.Network("net", auto_create_subnetworks=False)
        subnet = gcp.compute.Subnetwork("subnet", network=network.id, ip_cidr_range="10.0.0.0/20")
        router = gcp.compute.Router("router", network=network.id)
        ranges = "ALL_SUBNETWORKS_ALL_IP_RANGES"
        gcp.compute.RouterNat(
            "nat", router=router.name, source_subnetwork_ip_ranges_to_nat=ranges, nat_ip_allocate_option="AUTO_ONLY"
        )
        account = gcp.serviceaccount.Account("nodes", account_id="demo-nodes")
        made = gcp.container.Cluster(
            "demo",
            location="us-central1-b",
            network=network.id,
            subnetwork=subnet.id,
            initial_node_count=1,
            remove_default_node_pool=True,
            deletion_protection=False,
            datapath_provider="ADVANCED_DATAPATH",
            release_channel={"channel": "REGULAR"},
            workload_identity_config={"workload_pool": "demo-project.svc.id.goog"},
            resource_labels=cluster_labels or {},
        )
        config = {"machine_type": "n2-highmem-4", "service_account": account.email, **pool}
        users = gcp.container.NodePool(
            "users", cluster=made.id, node_config=config, autoscaling={"total_max_node_count": 10}
        )
        images = gcp.artifactregistry.Repository(
            "images", repository_id="images", format="DOCKER", location="us-central1"
        )
        gcp.artifactregistry.RepositoryIamMember(
            "pull",
            repository=images.name,
            role="roles/artifactregistry.reader",
            member=account.member,
            location=images.location,
        )
        scratch = gcp.storage.Bucket("scratch", name=bucket, location="us-central1")
        gcp.storage.BucketIAMMember("hub", bucket=scratch.name, role="roles/storage.admin", member=account.member)
        pulumi.export("bucket", scratch.url)
        pulumi.export("endpoint", made.endpoint)
        pulumi.export("authority", made.master_auth.cluster_ca_certificate)
        pulumi.export("groups", users.instance_group_urls)
        pulumi.export("project_number", gcp.organizations.get_project().number)

    return program


def test_goes_from_nothing_to_nothing(strict_simulation: Any) -> None:
    stack = strict_simulation.stack("demo", cluster(), SETTINGS)

    foretold = stack.preview()
    assert not foretold.failed, foretold.text
    assert len(foretold.of("create")) == 11
    assert strict_simulation.records("Cluster") == []

    made = stack.up()
    assert not made.failed, made.text
    assert made.outputs["bucket"].startswith("gs://scratch-")
    assert made.outputs["authority"].startswith("LS0tLS1CRUdJTi")
    assert made.outputs["groups"][0].startswith("https://www.googleapis.com/compute/v1/projects/demo-project/zones/us-")
    assert stack.state()["demo"]["id"].startswith("projects/demo-project/locations/us-central1-b/clusters/demo-")

    assert stack.up().changes == []

    assert stack.destroy().of("delete") == foretold.of("create")
    assert list(strict_simulation.world.glob("gcp/*/*/*/*.json")) == []


def test_edits_update_or_replace_as_the_api_does(simulation: Any) -> None:
    assert not simulation.stack("demo", cluster(), SETTINGS).up().failed

    labelled = simulation.stack("demo", cluster(cluster_labels={"team": "hubs"}), SETTINGS).up()
    assert labelled.changes == [("update", "demo")]

    # An automatic name changes with the new resource, so the new pool stands before the old one goes.
    spot = simulation.stack("demo", cluster(spot=True), SETTINGS).up()
    assert [one for one in spot.changes if one[1] == "users"] == [
        ("create-replacement", "users"),
        ("replace", "users"),
        ("delete-replaced", "users"),
    ]

    # A name given by hand cannot be had twice: the old one goes first.
    named = simulation.stack("demo", cluster(spot=True, bucket="demo-scratch"), SETTINGS).up()
    assert ("create-replacement", "scratch") in named.changes
    assert not named.failed, named.text


def test_refresh_sees_what_others_changed_and_deleted(simulation: Any) -> None:
    stack = simulation.stack("demo", cluster(), SETTINGS)
    stack.up()
    simulation.edit("Bucket", storageClass="NEARLINE")
    simulation.edit("Cluster", resourceLabels={"by": "hand"})
    (pool,) = simulation.records("NodePool")
    pool.unlink()

    seen = stack.refresh()
    assert not seen.failed, seen.text
    assert "users" not in stack.state()
    assert stack.state()["scratch"]["outputs"]["storageClass"] == "NEARLINE"

    repaired = stack.up()
    assert repaired.of("create") == {"users"}
    assert stack.up().changes == []


def test_a_network_that_is_used_stays(simulation: Any) -> None:
    stack = simulation.stack("demo", cluster(), SETTINGS)
    stack.up()
    simulation.plant("Router", "projects/demo-project/regions/us-central1/routers/other", name="other")

    refused = stack.destroy()
    assert refused.failed
    assert "is already being used by 'projects/demo-project/regions/us-central1/routers/other'" in refused.text

    next(iter(path for path in simulation.records("Router") if path.name == "planted.json")).unlink()
    assert not stack.destroy().failed


def test_second_community_meets_the_first(simulation: Any) -> None:
    names = ["demo-scratch"]

    def program() -> None:
        for name in names:
            gcp.storage.Bucket(name, name=name, location="us-central1")

    assert not simulation.stack("one", program, SETTINGS).up().failed
    other = simulation.stack("two", program, {**SETTINGS, "gcp:project": "other-project"})
    refused = other.up()
    assert refused.failed
    assert "The bucket namespace is shared by all users of the system" in refused.text

    names[:] = ["other-scratch"]
    assert not other.up().failed


RULE = {"action": {"type": "Delete"}, "condition": {"age": 7}}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"lifecycle_rules": [{**RULE, "action": {"typ": "Delete"}}]},
            [
                "gcp storage.Bucket has no property 'typ' in lifecycleRules[0].action; did you mean 'type'?",
                "gcp storage.Bucket needs 'lifecycleRules[0].action.type', which is missing",
            ],
        ),
        (
            {"lifecycle_rules": [{**RULE, "condition": {"age": "seven"}}]},
            ["gcp storage.Bucket wants an integer here, not the string 'seven'"],
        ),
        ({"location": None}, ["needs 'location', which is missing"]),
        ({"name": "Upper"}, ["'Upper' is not a bucket's name: 3 to 63 characters"]),
        ({"ip_filter": {"mode": 1}}, ["gcp storage.Bucket wants a string here, not the integer 1"]),
    ],
    ids=["unknown", "type", "missing", "limit", "nested"],
)
def test_refuses_what_the_sdk_does_not_know(simulation: Any, arguments: dict[str, Any], words: list[str]) -> None:
    def program() -> None:
        resource = {"location": "us-central1", **arguments}
        if resource["location"] is None:
            pulumi.CustomResource("gcp:storage/bucket:Bucket", "wrong", {"name": "demo-scratch"})
        else:
            gcp.storage.Bucket("wrong", **resource)

    refused = simulation.stack("demo", program, SETTINGS).preview()
    assert refused.failed
    for one in words:
        assert one in refused.text


def test_refuses_what_the_api_does_not_know(strict_simulation: Any) -> None:
    def program() -> None:
        gcp.compute.Network("enum", routing_mode="REGIONALLY")

    refused = strict_simulation.stack("demo", program, SETTINGS).preview()
    assert "'REGIONALLY' is not known; did you mean 'REGIONAL'?" in refused.text
    assert "Google's discovery document" in refused.text


def test_says_which_setting_is_missing_and_which_is_unknown(simulation: Any) -> None:
    def network() -> None:
        gcp.compute.Network("net")

    refused = simulation.stack("demo", network, {}).preview()
    assert "project: required field is not set" in refused.text
    refused = simulation.stack("demo", network, {**SETTINGS, "gcp:projct": "x"}).preview()
    assert "the gcp provider has no setting 'projct'; did you mean 'project'?" in refused.text
