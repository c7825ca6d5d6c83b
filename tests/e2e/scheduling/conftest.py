"""A hub's place on a real API server with its cluster's nodes, and KubeSpawner as its release would configure it.

The place is made by a simulated deploy. Nodes live in name only, and so do pods: where they land is what counts.
"""

from __future__ import annotations

import contextlib
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
from deployer.simulation.nodes import bring_nodes, wanted_nodes
from providers.simulated.kubernetes.api import Api
from schemas.cluster import Cluster
from schemas.community import Deployment
from tests.chart_config import release_values
from tests.conftest import CHECKOUT
from tests.e2e.simulated.conftest import NO_CHECKPOINTS
from tests.e2e.simulated.rollouts import rollouts

COMMUNITIES = ("research-gcp", "class-aws", "event-azure", "campus-existing")
SOON_SECONDS = 30.0


@dataclass(frozen=True)
class Place:
    """Staging of one community, where servers can be started."""

    deployment: Deployment
    api: Api
    values: dict[str, Any]
    """Of the chart jupyterhub."""
    spawner: subprocess.Popen[str]
    """The program that starts servers."""

    @property
    def namespace(self) -> str:
        return self.deployment.stack

    def spawn(self, people: Sequence[Mapping[str, Any]], *, wait: bool = True) -> list[dict[str, Any]]:
        """Servers of these people: each one's pod, or {"error": …}."""
        assert self.spawner.stdin is not None
        assert self.spawner.stdout is not None
        print(json.dumps({"people": people, "wait": wait}), file=self.spawner.stdin, flush=True)
        answer = self.spawner.stdout.readline()
        assert answer, "KubeSpawner's program ended: what it said is above"
        found: list[dict[str, Any]] = json.loads(answer)
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
    """Deployed with stand-ins onto a control plane of its cluster's own, whose addresses no other's has."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for name, value in {**NO_CHECKPOINTS, "HUBS_OFFLINE": "1"}.items():
            patch.setenv(name, value)
        made = rollouts(folder, examples=True)
        deployment = load_deployments(made.project, request.param).deployments["staging"]
        home = home_of(made.root / ".state" / ".simulated", deployment.cluster_name)
        stack.callback(control_plane.stop, home)
        simulation.up(made.project, deployment.cluster_name, installing=lambda _: None)
        made.deploy(made.community(request.param), stages=["staging"])
        api = control_plane.api_of(home)
        assert api is not None
        bring_nodes(api, _two_nodes_a_pool(deployment.cluster))
        values = hub_values(deployment, foretold(deployment))["jupyterhub"]
        _as_the_release_would(api, values)
        stack.enter_context(_user_scheduler(values, home, folder))
        spawner = stack.enter_context(_spawner(values, deployment.stack, home, folder / "pod"))
        yield Place(deployment, api, values, spawner)


def _two_nodes_a_pool(cluster: Cluster) -> list[dict[str, Any]]:
    """So that whoever finds no room on the first is seen to go to the second."""
    pools = {name: pool.model_copy(update={"min_nodes": 2}) for name, pool in cluster.node_pools.items()}
    return wanted_nodes(cluster.model_copy(update={"node_pools": pools}))


def _as_the_release_would(api: Api, values: dict[str, Any]) -> None:
    """Priorities that servers name."""
    asked = release_values(values)["scheduling"]["podPriority"]
    if asked["enabled"]:
        name = {"name": "jupyterhub-default-priority"}
        body = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": name}
        api.apply({**body, "value": asked["defaultPriority"], "globalDefault": False}, manager="tests")


@contextlib.contextmanager
def _user_scheduler(values: dict[str, Any], home: Home, folder: Path) -> Iterator[None]:
    """The chart's own scheduler: Kubernetes' program with the chart's settings for it."""
    asked = release_values(values)["scheduling"]["userScheduler"]
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
        scheduler = subprocess.Popen([program, f"--config={file}", "--secure-port=0"], stdout=log, stderr=log)
    try:
        yield
    finally:
        scheduler.kill()
        scheduler.wait()


@contextlib.contextmanager
def _spawner(values: dict[str, Any], namespace: str, home: Home, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """KubeSpawner as that release configures it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.scheduling.spawning"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "KUBECONFIG": str(home.kubeconfig)},
    )
    assert process.stdin is not None
    release = {"values": values, "folder": str(folder), "namespace": namespace}
    print(json.dumps(release), file=process.stdin, flush=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
