"""A community rolled out while its cluster's API server runs: what it makes in Kubernetes is really there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deployer import simulation
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import ResourceRemark
from deployer.rollout.status import cluster_status
from tests.e2e.simulated.rollouts import Rollouts, rollouts
from tests.kubernetes import CLUSTER, NAME, ApiServer, api_server, container, kubernetes_tools

__all__ = ["api_server", "kubernetes_tools"]

# With the file whose API server it shares.
pytestmark = [
    pytest.mark.engine,
    pytest.mark.usefixtures("without_checkpoints"),
    pytest.mark.xdist_group("api-server"),
]
SOON_SECONDS = 20.0
PLACE = "atoll-staging"
COMMUNITY = {
    "name": "atoll",
    "title": "Atoll",
    "cluster": NAME,
    "hub": {"domain": "atoll.example.org", "auth": {"type": "native", "admins": ["ada"]}, "scratch": {}},
}


@pytest.fixture
def made(tools: Mapping[str, Path], api_server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rollouts:
    """A project with one community, whose cluster's API server runs; charts cannot be had."""
    monkeypatch.setenv("HUBS_OFFLINE", "1")
    made = rollouts(tmp_path)
    asked = CLUSTER.model_dump(mode="json", exclude_unset=True)
    made.write(f"clusters/{NAME}.yaml", {**asked, "support": {"monitoring": {"enabled": False}}})
    made.write("communities/atoll.yaml", COMMUNITY)
    api_server.join(made.root / ".state" / ".simulated")
    started = simulation.up(made.project, NAME, installing=lambda _: None)
    assert not started.changed, "it runs already"
    return made


def test_a_community_is_there_for_real_and_gone_for_real(made: Rollouts, api_server: ApiServer) -> None:
    target = made.community("atoll")
    assert list(made.deploy(target, stages=["staging"]).done) == ["cluster", "staging"]
    said = [event.text for event in made.events if isinstance(event, ResourceRemark)]
    assert any("NOT applied to the API server: HUBS_OFFLINE is set" in text for text in said)
    again = made.deploy(target, stages=["staging"])
    assert (again.changed, again.engine_seconds) == (False, 0)
    foreseen = {part.part: part.effective for part in made.preview(target).stacks}
    assert (foreseen["cluster"], foreseen["staging"]) == ([], [])

    place = api_server.object("v1", "Namespace", None, PLACE)
    assert place is not None
    assert place["metadata"]["labels"]["hubs-community"] == "atoll"
    account = api_server.object("v1", "ServiceAccount", PLACE, "user-sa")
    assert account is not None
    identity = account["metadata"]["annotations"]["iam.gke.io/gcp-service-account"]
    assert identity.endswith("@example-project.iam.gserviceaccount.com")
    claim = api_server.object("v1", "PersistentVolumeClaim", PLACE, "homes")
    assert claim is not None
    assert (claim["status"]["phase"], claim["spec"]["volumeName"]) == ("Bound", f"{PLACE}-homes")
    pools = facts(made)["pools"]
    assert set(pools) == {"core", "user", "gpu"}
    for pool, asked in pools.items():
        assert lands_on(api_server, pool, asked).rpartition("-")[0] == pool

    assert made.destroy(target).stacks == (PLACE,)
    assert api_server.object("v1", "Namespace", None, PLACE) is None
    made.destroy(made.cluster(NAME))
    assert made.kinds() == ["Disk"]
    assert api_server.api.items("/api/v1/persistentvolumes") == []
    assert cluster_status(made.cluster(NAME)).state == "not deployed"


def facts(made: Rollouts) -> Mapping[str, Any]:
    """What the stack tells whoever puts a hub in its place."""
    record = Ledger(Backend(made.cluster(NAME).settings).files).read(PLACE)
    assert record is not None
    return record.facts


def lands_on(api_server: ApiServer, pool: str, asked: Mapping[str, Any]) -> str:
    """The node of a pod that asks for a pool as a profile's servers will."""
    spec = {
        "containers": [container()],
        "serviceAccountName": "user-sa",
        "nodeSelector": asked["node_selector"],
        "tolerations": asked["tolerations"],
    }
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": pool, "namespace": PLACE}, "spec": spec}
    api_server.api.apply(body, manager="tests")

    deadline = time.monotonic() + SOON_SECONDS
    while time.monotonic() < deadline:
        pod = api_server.object("v1", "Pod", PLACE, pool)
        if pod and (node := pod["spec"].get("nodeName")):
            return str(node)
        time.sleep(0.05)
    raise AssertionError(f"the pod for {pool} is nowhere: {pod}")
