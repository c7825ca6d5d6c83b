"""Commands about a hub on a cluster, from its record alone: what they see is on a real API server."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from deployer.project import find_project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import read_settings
from deployer.rollout.ledger import Ledger, Record, now
from tests.conftest import Checkout
from tests.kubernetes import ApiServer
from tests.unit.hub_runtime.namespace import HubNamespace, kubeconfig_text

pytestmark = [pytest.mark.xdist_group("api-server")]
COMMUNITY = "research-gcp"
STACK = f"{COMMUNITY}-staging"


@pytest.fixture
def hub(api_server: ApiServer) -> Iterator[HubNamespace]:
    place = HubNamespace(api_server, STACK)
    place.make()
    place.hub()
    yield place
    place.remove()


def remember(checkout: Checkout, facts: dict[str, object]) -> None:
    """As a deploy would that ended well."""
    ledger = Ledger(Backend(read_settings(find_project(checkout.root))).files)
    ledger.write(
        STACK,
        Record(
            cluster_stack="example-gcp-cluster",
            provider="gcp",
            inputs="0" * 64,
            url="https://staging.hub.example.org/",
            facts=facts,
            deployed_at=now(),
        ),
    )


def test_status_logs_and_open(project: Checkout, hub: HubNamespace) -> None:
    remember(project, hub.facts)
    [staging, _] = project.run("status", COMMUNITY, "--json").json
    assert (staging["state"], staging["drift"]) == ("unchecked", [])

    hub.helm_release(2, "failed")
    hub.deployment("proxy", replicas=0)
    [staging, _] = project.run("status", COMMUNITY, "--json").json
    assert staging["state"] == "drifted"
    assert staging["drift"] == [
        f"the release {hub.release} does not stand: its last upgrade failed (revision 2)",
        "proxy: somebody switched it off (it is scaled to 0)",
    ]
    shown = project.run("status", COMMUNITY)
    assert "    proxy: somebody switched it off (it is scaled to 0)" in shown.out.splitlines()

    unknown = project.run("logs", COMMUNITY, "--stage", "staging", "--part", "hob")
    assert unknown.code == 2
    assert "did you mean 'hub'? there are: hub" in unknown.err

    opened = project.run("open", COMMUNITY, "--stage", "staging", environment={"BROWSER": "true"})
    assert opened.out.strip() == "https://staging.hub.example.org/"


def test_a_cluster_out_of_reach(project: Checkout, api_server: ApiServer) -> None:
    remember(project, {"namespace": STACK, "kubeconfig": kubeconfig_text(api_server, server="https://127.0.0.1:9")})
    began = time.monotonic()
    [staging, _] = project.run("status", COMMUNITY, "--json").json
    assert time.monotonic() - began < 20
    assert staging["state"] == "drifted"
    assert "the API server https://127.0.0.1:9 does not answer" in staging["drift"][0]
    for follow in ((), ("--follow",)):
        logs = project.run("logs", COMMUNITY, "--stage", "staging", *follow)
        assert logs.code == 4
        assert "the API server https://127.0.0.1:9 does not answer" in logs.err
        assert "is the cluster running" in logs.err
        assert "Traceback" not in logs.text


def test_a_hub_that_was_destroyed_and_left_its_homes(project: Checkout) -> None:
    remember(project, {"homes": {"claim": "homes"}})
    ledger = Ledger(Backend(read_settings(find_project(project.root))).files)
    record = ledger.read(STACK)
    assert record is not None
    ledger.write(STACK, record.destroyed(["homes of research-gcp-staging"]))
    [staging, _] = project.run("status", COMMUNITY, "--json").json
    assert staging["state"] == "not deployed"
    logs = project.run("logs", COMMUNITY, "--stage", "staging")
    assert logs.code == 1
    assert f"{STACK} is not deployed" in logs.err
