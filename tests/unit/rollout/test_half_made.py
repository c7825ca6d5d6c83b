"""What a killed engine was making is taken up by its name, where that says its id; whose deployer is gone is known."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from components.clouds import cloud
from deployer.rollout.engine.half_made import take_up, with_inputs
from deployer.rollout.engine.parentage import DEPLOYER, of_this_process, orphaned


def resource(kind: str, **metadata: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:demo::hubs::{kind}::it", "type": kind, "inputs": {"metadata": metadata}}


def state(*pending: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "checkpoint": {"latest": {"resources": [], "pending_operations": list(pending)}}}


def creating(made: dict[str, Any]) -> dict[str, Any]:
    return {"type": "creating", "resource": made}


@pytest.mark.parametrize(
    ("made", "identity"),
    [
        (resource("kubernetes:core/v1:PersistentVolume", name="demo-homes"), "demo-homes"),
        (resource("kubernetes:core/v1:Secret", name="keys", namespace="demo"), "demo/keys"),
    ],
)
def test_what_was_being_made_on_a_cluster_counts_as_made(made: dict[str, Any], identity: str) -> None:
    taken_up = take_up(json.dumps(state(creating(made))).encode())

    assert taken_up is not None
    latest = json.loads(taken_up.checkpoint)["checkpoint"]["latest"]
    assert latest == {"resources": [{**made, "id": identity}], "pending_operations": []}
    assert taken_up.inputs == {made["urn"]: made["inputs"]}


ACCOUNT = "urn:pulumi:demo::hubs::gcp:serviceaccount/account:Account::it"
PROVIDER = "urn:pulumi:demo::hubs::pulumi:providers:gcp::hub"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def account(**inputs: Any) -> dict[str, Any]:
    kind = "gcp:serviceaccount/account:Account"
    return {"urn": ACCOUNT, "type": kind, "inputs": inputs, "provider": f"{PROVIDER}::0f1e"}


def with_provider(*pending: dict[str, Any]) -> dict[str, Any]:
    document = state(*pending)
    settings = {"project": "example-hubs"}
    document["checkpoint"]["latest"]["resources"].append({"urn": PROVIDER, "id": "0f1e", "inputs": settings})
    return document


def test_what_was_being_made_in_a_cloud_is_found_by_its_provider_too() -> None:
    made = account(accountId="users-demo", displayName=SECRET)
    taken_up = take_up(json.dumps(with_provider(creating(made))).encode(), cloud("gcp").identity)

    assert taken_up is not None
    latest = json.loads(taken_up.checkpoint)["checkpoint"]["latest"]
    identity = "projects/example-hubs/serviceAccounts/users-demo@example-hubs.iam.gserviceaccount.com"
    assert latest["resources"][1:] == [{**made, "id": identity, "outputs": made["inputs"]}]
    assert latest["pending_operations"] == []


@pytest.mark.parametrize("inputs", [{}, {"accountId": ""}, {"accountId": SECRET}, {"accountId": UNKNOWN}])
def test_what_has_no_name_that_is_known_stays_pending(inputs: dict[str, Any]) -> None:
    assert take_up(json.dumps(with_provider(creating(account(**inputs)))).encode(), cloud("gcp").identity) is None
    settled = account(accountId="users-demo")
    assert take_up(json.dumps(state(creating(settled))).encode(), cloud("gcp").identity) is None  # in no project


def test_a_refresh_does_not_change_what_was_asked_for() -> None:
    found = account(accountId="users-demo", description="filled in by the cloud")
    document = with_provider()
    document["checkpoint"]["latest"]["resources"].append(found)

    asked = {"accountId": "users-demo"}
    put_back = with_inputs(json.dumps(document).encode(), {ACCOUNT: asked, "urn:gone": {}})

    resources = json.loads(put_back)["checkpoint"]["latest"]["resources"]
    assert [one["inputs"] for one in resources] == [{"project": "example-hubs"}, asked]


def test_a_replacement_under_way_is_left_to_the_engine() -> None:
    before = resource("kubernetes:core/v1:Secret", name="keys", namespace="demo")
    after = resource("kubernetes:core/v1:Secret", name="keys", namespace="demo-2")
    document = state(creating(after))
    document["checkpoint"]["latest"]["resources"].append({**before, "id": "demo/keys", "pendingReplacement": True})

    assert take_up(json.dumps(document).encode()) is None  # it refuses a state with both


def test_what_has_no_such_identity_is_left_to_the_engine() -> None:
    bucket = {"urn": "urn:b", "type": "gcp:storage/bucket:Bucket", "inputs": {"name": "demo"}}
    release = resource("kubernetes:helm.sh/v3:Release", name="jupyterhub", namespace="demo")
    going = {"type": "deleting", "resource": resource("kubernetes:core/v1:Secret", name="keys", namespace="demo")}
    nameless = resource("kubernetes:core/v1:Secret", namespace="demo")

    assert take_up(json.dumps(state()).encode()) is None
    first = {
        "checkpoint": {"latest": {"pending_operations": [creating({"urn": "urn:s", "type": "pulumi:pulumi:Stack"})]}}
    }
    assert take_up(json.dumps(first).encode(), cloud("gcp").identity) is None
    assert take_up(json.dumps(state(creating(bucket), creating(release), going, creating(nameless))).encode()) is None


@contextmanager
def sleeping(environment: dict[str, str]) -> Iterator[int]:
    words = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.communicate()


def test_an_engine_whose_deployer_is_gone_is_an_orphan() -> None:
    with sleeping({}) as deployer:
        assert not orphaned(deployer)
    with sleeping({DEPLOYER: f"{deployer} an earlier boot:1"}) as engine:
        assert orphaned(engine)
    assert not orphaned(engine)


def test_an_engine_of_a_living_deployer_is_none() -> None:
    with sleeping(of_this_process()) as engine:
        assert not orphaned(engine)
