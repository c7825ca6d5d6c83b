"""A hub's place on a real API server with its cluster's nodes, and KubeSpawner as its release would configure it.

The place is made by a simulated deploy. Nodes live in name only, and so do pods: where they land is what counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.hub.values import foretold, hub_values
from deployer import simulation, toolchain
from deployer.config import load_deployments
from deployer.simulation import control_plane
from deployer.simulation.home import Home, home_of
from providers.simulated.kubernetes.api import Api
from schemas.community import Deployment
from tests.chart_config import release_values
from tests.conftest import CHECKOUT
from tests.e2e.simulated.conftest import NO_CHECKPOINTS
from tests.e2e.simulated.rollouts import Rollouts, rollouts

COMMUNITIES = ("research-gcp", "class-aws", "event-azure", "campus-existing")
SOON_SECONDS = 30.0


@dataclass(frozen=True)
class Place:
    """Staging of one community, where servers can be started."""

    deployment: Deployment
    api: Api
    kubeconfig: Path
    folder: Path

    @property
    def namespace(self) -> str:
        return self.deployment.stack

    @property
    def values(self) -> dict[str, Any]:
        """Of the chart jupyterhub."""
        return hub_values(self.deployment, foretold(self.deployment))["jupyterhub"]

    def spawn(self, people: Sequence[Mapping[str, Any]], *, wait: bool = True) -> list[dict[str, Any]]:
        """Servers of these people: each one's pod, or {"error": …}."""
        asked = {
            "values": self.values,
            "folder": str(self.folder),
            "namespace": self.namespace,
            "people": people,
            "wait": wait,
        }
        ended = subprocess.run(
            [sys.executable, "-m", "tests.e2e.scheduling.spawning"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            env={**os.environ, "KUBECONFIG": str(self.kubeconfig)},
            timeout=180,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        found: list[dict[str, Any]] = json.loads(ended.stdout)
        return found

    def pods(self) -> list[dict[str, Any]]:
        return self.api.items(f"/api/v1/namespaces/{self.namespace}/pods")

    def node(self, name: str) -> dict[str, Any]:
        found = self.api.get(f"/api/v1/nodes/{name}")
        assert found is not None
        return found

    def settled(self, count: int) -> list[dict[str, Any]]:
        """All pods, once the scheduler had its say on each."""
        deadline = time.monotonic() + SOON_SECONDS
        while True:
            pods = self.pods()
            if len(pods) == count and all(pod["spec"].get("nodeName") or _refused(pod) for pod in pods):
                return pods
            assert time.monotonic() < deadline, [pod["status"] for pod in pods]
            time.sleep(0.05)

    def clear(self) -> None:
        """Remove all servers, and wait until none is left."""
        path = f"/api/v1/namespaces/{self.namespace}/pods"
        self.api.request("DELETE", path, body={"gracePeriodSeconds": 0})
        deadline = time.monotonic() + SOON_SECONDS
        while self.pods():
            assert time.monotonic() < deadline, self.pods()
            time.sleep(0.05)


def _refused(pod: Mapping[str, Any]) -> bool:
    conditions = pod["status"].get("conditions") or []
    return any(one["type"] == "PodScheduled" and one.get("reason") == "Unschedulable" for one in conditions)


@pytest.fixture(scope="module", params=COMMUNITIES)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Deployed with stand-ins onto a control plane of its cluster's own; its nodes are those of the file."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**NO_CHECKPOINTS, "HUBS_OFFLINE": "1"}.items():
            patch.setenv(name, value)
        made = rollouts(folder, examples=True)
        _two_nodes_a_pool(made, request.param)
        deployment = load_deployments(made.project, request.param).deployments["staging"]
        simulation.up(made.project, deployment.cluster_name, installing=lambda _: None)
        home = home_of(made.root / ".state" / ".simulated", deployment.cluster_name)
        try:
            made.deploy(made.community(request.param), stages=["staging"])
            api = control_plane.api_of(home)
            assert api is not None
            place = Place(deployment, api, home.kubeconfig, folder / "pod")
            _as_the_release_would(place)
            scheduler = _user_scheduler(place, home, folder)
            try:
                yield place
            finally:
                scheduler.kill()
                scheduler.wait()
        finally:
            control_plane.stop(home)


def _two_nodes_a_pool(made: Rollouts, community: str) -> None:
    """So that whoever finds no room on the first is seen to go to the second."""
    file = f"communities/{community}.yaml"
    values = yaml.safe_load((made.root / file).read_text(encoding="utf-8"))
    cluster = values["cluster"]
    if isinstance(cluster, str):
        file = f"clusters/{cluster}.yaml"
        values = cluster = yaml.safe_load((made.root / file).read_text(encoding="utf-8"))
    for pool in cluster["node_pools"].values():
        pool["min_nodes"] = 2
    made.write(file, values)


def _as_the_release_would(place: Place) -> None:
    """Priorities that servers name."""
    asked = release_values(place.values)["scheduling"]["podPriority"]
    if asked["enabled"]:
        name = {"name": "jupyterhub-default-priority"}
        body = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": name}
        place.api.apply({**body, "value": asked["defaultPriority"], "globalDefault": False}, manager="tests")


def _user_scheduler(place: Place, home: Home, folder: Path) -> subprocess.Popen[bytes]:
    """The chart's own scheduler: Kubernetes' program with the chart's settings for it."""
    asked = release_values(place.values)["scheduling"]["userScheduler"]
    configuration = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "leaderElection": {"leaderElect": False},
        "clientConnection": {"kubeconfig": str(home.kubeconfig)},
        "profiles": [
            {
                "schedulerName": "jupyterhub-user-scheduler",
                "plugins": asked["plugins"],
                "pluginConfig": asked["pluginConfig"],
            }
        ],
    }
    file = folder / "scheduler.yaml"
    file.write_text(yaml.safe_dump(configuration), encoding="utf-8")
    program = toolchain.ensure(["kube-scheduler"])["kube-scheduler"]
    with (folder / "scheduler.log").open("wb") as log:
        return subprocess.Popen([program, f"--config={file}", "--secure-port=0"], stdout=log, stderr=log)
