"""One resource of a simulated cloud, without an engine."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

from providers.engine.values import UNKNOWN, Fault, HalfDone, Naming, Task
from providers.simulated.plugin import SimulatedPlugin
from providers.simulated.stand_in import StandIn

CLUSTER = "gcp:container/cluster:Cluster"
BUCKET = "gcp:storage/bucket:Bucket"
NODE_POOL = "gcp:container/nodePool:NodePool"
MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember"


@pytest.fixture
def gcp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimulatedPlugin:
    monkeypatch.setenv("HUBS_SIMULATED_WORLD", str(tmp_path / "world"))
    monkeypatch.setenv("HUBS_SIMULATED_FAULTS", str(tmp_path / "faults.yaml"))
    (tmp_path / "faults.yaml").write_text(yaml.safe_dump([{"kind": "slow", "name": "slow", "seconds": 60}]))
    plugin = SimulatedPlugin("gcp")
    plugin.configure({"project": "demo-project", "region": "us-central1"})
    return plugin


def task(token: str, name: str = "demo", **more: Any) -> Task:
    return Task(f"urn:pulumi:demo::hubs::{token}::{name}", Naming(b"seed"), **more)


def made(plugin: SimulatedPlugin, token: str, inputs: dict[str, Any], name: str = "demo") -> tuple[str, dict[str, Any]]:
    resource = plugin.resource(token)
    checked, failures = resource.check(task(token, name), inputs, {})
    assert failures == []
    return resource.create(task(token, name), checked)


def test_a_name_stays_until_the_resource_is_replaced(gcp: SimulatedPlugin) -> None:
    resource = gcp.resource(BUCKET)
    first, _ = resource.check(task(BUCKET), {"location": "us"}, {})
    kept, _ = resource.check(Task(task(BUCKET).urn, Naming(b"other")), {"location": "eu"}, first)
    renamed, _ = resource.check(Task(task(BUCKET).urn, Naming(b"other")), {"location": "eu"}, {})
    assert kept["name"] == first["name"] != renamed["name"]
    assert first["name"].startswith("demo-")
    assert len(first["name"]) == len("demo-1234567")


def test_the_engines_own_naming_is_heard(gcp: SimulatedPlugin) -> None:
    resource = gcp.resource(BUCKET)
    proposed, _ = resource.check(Task(task(BUCKET).urn, Naming(proposed="ours")), {"location": "us"}, {})
    assert proposed["name"] == "ours"
    _, failures = resource.check(Task(task(BUCKET).urn, Naming(disabled=True)), {"location": "us"}, {})
    assert "automatic names are switched off" in failures[0].reason


def test_a_preview_knows_what_was_given_and_nothing_else(gcp: SimulatedPlugin) -> None:
    resource = gcp.resource(CLUSTER)
    inputs, _ = resource.check(task(CLUSTER), {"location": "us-central1-b"}, {})
    foretold = resource.foretell(task(CLUSTER), inputs, None)
    assert foretold["location"] == "us-central1-b"
    assert foretold["endpoint"] is UNKNOWN
    assert foretold["masterAuth"] == dict.fromkeys(foretold["masterAuth"], UNKNOWN)


def test_an_interrupted_creation_is_half_done_and_goes_on(gcp: SimulatedPlugin) -> None:
    resource = gcp.resource(BUCKET)
    inputs, _ = resource.check(task(BUCKET, "slow"), {"location": "us"}, {})
    stopped = threading.Event()
    threading.Timer(0.2, stopped.set).start()
    with pytest.raises(HalfDone, match="run the same command again") as half:
        resource.create(task(BUCKET, "slow", cancelled=stopped), inputs)
    found = resource.read(task(BUCKET, "slow"), half.value.identity, inputs, half.value.outputs)
    assert found is not None
    assert resource.update(task(BUCKET, "slow"), half.value.identity, inputs, found.outputs)["url"].startswith(
        "gs://slow-"
    )


def test_protection_lasts_until_it_is_taken_away(gcp: SimulatedPlugin) -> None:
    resource = gcp.resource(CLUSTER)
    inputs = {"location": "us-central1-b", "name": "demo", "initialNodeCount": 1}
    identity, outputs = made(gcp, CLUSTER, inputs)
    with pytest.raises(Fault, match="deletion_protection is set to true"):
        resource.delete(task(CLUSTER), identity, outputs)
    freed = resource.update(task(CLUSTER), identity, {**inputs, "deletionProtection": False}, outputs)
    resource.delete(task(CLUSTER), identity, freed)
    resource.delete(task(CLUSTER), identity, freed)  # gone already: nothing to do
    assert resource.read(task(CLUSTER), identity, inputs, freed) is None


def test_what_lives_within_goes_with_it_and_grants_may_repeat(gcp: SimulatedPlugin) -> None:
    identity, outputs = made(gcp, BUCKET, {"location": "us", "name": "demo-scratch"})
    member = {"bucket": "demo-scratch", "role": "roles/storage.admin", "member": "user:a@example.org"}
    granted, _ = made(gcp, MEMBER, member)
    assert made(gcp, MEMBER, member, "again")[0] == granted
    gcp.resource(BUCKET).delete(task(BUCKET), identity, outputs)
    assert gcp.resource(MEMBER).read(task(MEMBER), granted, member, member) is None


def test_what_is_referred_to_must_exist(gcp: SimulatedPlugin) -> None:
    with pytest.raises(Fault, match=r"Not found: .*/clusters/nobodys"):
        made(gcp, NODE_POOL, {"cluster": "nobodys", "location": "us-central1-b", "name": "user"})


def test_an_import_reads_all_inputs(gcp: SimulatedPlugin) -> None:
    identity, _ = made(gcp, BUCKET, {"location": "us", "name": "demo-scratch", "labels": {"a": "b"}})
    found = gcp.resource(BUCKET).read(task(BUCKET), identity, {}, {})
    assert found is not None
    assert found.inputs["labels"] == {"a": "b"}
    assert "url" not in found.inputs
    assert found.outputs["url"] == "gs://demo-scratch"


def test_every_simulated_type_is_of_one_implementation(gcp: SimulatedPlugin) -> None:
    assert type(gcp.resource(CLUSTER)) is type(gcp.resource(BUCKET)) is StandIn
