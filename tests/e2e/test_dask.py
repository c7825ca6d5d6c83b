"""Dask on this machine: one line in a notebook, from a community file that says `dask`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deployer.rollout.health.kernel import Kernel, open_kernel
from deployer.rollout.health.server_api import ServerApi
from providers.local.runtime.leases import Lease, Leases
from tests.conftest import Checkout
from tests.e2e.runtime_hub import until

pytestmark = [pytest.mark.engine, pytest.mark.hub]

STAGE = "staging"
GIB = 1024**3
COMMUNITY = """
name: parallel
title: Parallel
archetype: research
cluster: {provider: local, local: {cpu: 2, memory_gib: 6}}
hub:
  image: data-science
  environment: {COURSE: spring}
  resources: {cpu: {guarantee: 0.1, limit: 1}, memory_gib: {guarantee: 0.5, limit: 2}}
  dask:
    worker_sizes: [1/8, 1/4]
    max_clusters_per_user: 1
    max_memory_gib_per_cluster: 1.5
    idle_timeout_minutes: 7
"""
WITHOUT_DASK = COMMUNITY.partition("  dask:")[0]
FORGET = "\nimport gc; _ = gc.collect()"
"""After a refusal: dask_gateway 2026.3.0 waits for itself for ever where its own thread clears such a client away."""
CELL_SECONDS = 120


@dataclass
class DaskHub:
    """A deployed hub, and one person's notebook."""

    checkout: Checkout
    url: str
    deployed: str
    """What the deploy said."""
    token: str = field(repr=False)

    @property
    def folder(self) -> Path:
        return self.checkout.root / ".local-cloud" / "parallel" / "hubs" / "parallel-staging"

    def clusters(self) -> dict[str, Lease]:
        """What runs of Dask, by its part."""
        leases = Leases(self.folder.parents[1] / "leases").held("parallel-staging")
        return {lease.server.split("-")[0]: lease for lease in leases if lease.server.startswith("dask ")}

    def cells(self, *cells: str) -> list[str]:
        """What each cell prints, all in one notebook of Ada's, which is closed then."""
        return asyncio.run(self._cells(cells))

    async def _cells(self, cells: tuple[str, ...]) -> list[str]:
        async with self.notebook() as kernel:
            return [await asyncio.wait_for(kernel.run(cell), CELL_SECONDS) for cell in cells]

    @asynccontextmanager
    async def notebook(self) -> AsyncIterator[Kernel]:
        async with httpx.AsyncClient(base_url=self.url, timeout=30, follow_redirects=True) as client:
            server = ServerApi(client, "ada", self.token)
            kernel_id = await server.start_kernel("python3")
            async with open_kernel(server.kernel_address(kernel_id), token=self.token, part="ada") as kernel:
                await kernel.ready()
                yield kernel
            await client.delete(f"user/ada/api/kernels/{kernel_id}", headers={"Authorization": f"token {self.token}"})


@pytest.fixture(scope="module")
def hub(shared_project: Checkout) -> DaskHub:
    shared_project.write("communities/parallel.yaml", COMMUNITY)
    deployed = shared_project.run("deploy", "parallel", "--stage", STAGE)
    assert deployed.code == 0, deployed.text
    (status,) = [one for one in shared_project.run("status", "parallel", "--json").json if one["stage"] == STAGE]
    made = DaskHub(shared_project, status["url"], deployed.text, "")
    made.token = _signed_in(made)
    return made


def _signed_in(hub: DaskHub) -> str:
    """A token of Ada's, whose server runs."""
    secrets = json.loads((hub.folder / "secrets.json").read_text())
    headers = {"Authorization": f"token {secrets['health_token']}"}
    with httpx.Client(base_url=f"{hub.url}hub/api", headers=headers, timeout=30) as api:
        api.post("/users/ada").raise_for_status()
        token = api.post("/users/ada/tokens", json={"note": "test"}).json()["token"]
        api.post("/users/ada/server").raise_for_status()
        until(lambda: api.get("/users/ada").json()["servers"].get("", {}).get("ready"), "Ada's server is ready")
    return str(token)


def test_the_health_check_had_a_cluster_compute(hub: DaskHub) -> None:
    assert "Dask cluster computes: a worker computed" in hub.deployed


def test_one_line_connects_and_workers_are_those_of_the_persons_image(hub: DaskHub) -> None:
    started, told, processes, dashboard = hub.cells(
        "from dask_gateway import GatewayCluster; cluster = GatewayCluster(environment={'MINE': '1'})",
        "import os, sys\n"
        "client = cluster.get_client(); cluster.scale(1); client.wait_for_workers(1, timeout=60)\n"
        "def look():\n"
        "    import os, sys\n"
        "    return sys.prefix, os.environ['MINE'], os.environ['COURSE'], os.environ['HOME']\n"
        "prefix, *rest = client.submit(look).result(timeout=60)\n"
        "print(prefix == sys.prefix, *rest[:2], rest[2] == os.environ['HOME'])",
        "import json; print(json.dumps({'memory': [w['memory_limit'] for w in client.scheduler_info()"
        "['workers'].values()], 'options': dict(cluster.gateway.cluster_options())}))",
        "import urllib.request; print(cluster.dashboard_link, urllib.request.urlopen(cluster.dashboard_link).status)",
    )
    assert started == ""
    # Its own folder is a worker's home, as on a cluster: people's files are elsewhere.
    assert told == "True 1 spring False"
    seen = json.loads(processes)
    assert seen["memory"] == [6 * GIB // 8]
    assert seen["options"] == {"worker_size": "1/8", "image": "data-science", "environment": {}}
    link, status = dashboard.split()
    assert link.startswith(f"{hub.url}services/dask-gateway/clusters/")
    assert status == "200"
    # The notebook is closed, and its cluster with it.
    until(lambda: not hub.clusters(), "the cluster is gone")
    until(lambda: not list((hub.folder / "dask" / "clusters").iterdir()), "its folder is gone")


def test_limits_of_a_person_and_of_a_cluster_hold(hub: DaskHub) -> None:
    first, second, scaled, elsewhere = hub.cells(
        "from dask_gateway import Gateway\ngateway = Gateway(); cluster = gateway.new_cluster(); cluster.scale(1)\n"
        "cluster.get_client().wait_for_workers(1, timeout=60)",
        "try:\n    gateway.new_cluster()\nexcept ValueError as refusal:\n    print(refusal)" + FORGET,
        "import warnings\nwith warnings.catch_warnings(record=True) as said:\n    cluster.scale(9)\n"
        "print(said[0].message)",
        "cluster.shutdown()\ntry:\n    gateway.new_cluster(image='base')\n"
        "except ValueError as refusal:\n    print(refusal)" + FORGET,
    )
    assert first == ""
    assert second.startswith("You have a Dask cluster already, and 1 may run at once. Stop one:")
    # 1.5 GiB in all, and each has 0.75.
    assert "resource limit of 2 workers" in scaled
    assert elsewhere == "There is no image 'base'; images with it: data-science."


def test_a_cluster_has_limits_logs_and_an_end_and_outlives_its_gateway(hub: DaskHub) -> None:
    async def session() -> Mapping[str, Any]:
        async with hub.notebook() as kernel:
            await kernel.run("from dask_gateway import GatewayCluster\ncluster = GatewayCluster(); cluster.scale(1)")
            await kernel.run("client = cluster.get_client(); client.wait_for_workers(1, timeout=60)")
            running = hub.clusters()
            logs = await asyncio.to_thread(hub.checkout.run, "logs", "parallel", "--stage", STAGE, "--part", "?")
            command = psutil.Process(running["dask scheduler"].process.pid).cmdline()
            gateway = _gateway(hub)
            os.kill(gateway, signal.SIGKILL)
            await asyncio.to_thread(until, lambda: _gateway(hub) not in (0, gateway), "the gateway is back")
            computed = await kernel.run("print(client.submit(sum, [20, 22]).result(timeout=60))")
            await asyncio.to_thread(until, lambda: _answers(hub), "the gateway answers")
            found = await kernel.run("print([one.name == cluster.name for one in cluster.gateway.list_clusters()])")
            return {"leases": running, "logs": logs.text, "command": command, "sum": computed, "found": found}

    seen = asyncio.run(session())
    worker = seen["leases"]["dask worker"]
    assert (worker.user, worker.memory_gib, worker.cpu) == ("ada", 0.75, 0.25)
    assert seen["leases"]["dask scheduler"].user == "ada"
    if worker.group:
        assert "memory" in worker.group.folders
    assert "--dg-idle-timeout 420.0" in " ".join(seen["command"])
    assert "dask-gateway" in seen["logs"]
    assert ":scheduler" in seen["logs"]
    assert (seen["sum"], seen["found"]) == ("42", "[True]")


def test_a_hub_without_dask_again_has_nothing_of_it(hub: DaskHub) -> None:
    async def leave_a_cluster() -> None:
        async with hub.notebook() as kernel:
            await kernel.run(
                "from dask_gateway import Gateway; Gateway().new_cluster(shutdown_on_close=False).scale(1)"
            )

    asyncio.run(leave_a_cluster())
    # Its notebook is gone, and it is not: it ends when it has been idle for long.
    assert "dask scheduler" in hub.clusters()
    hub.checkout.write("communities/parallel.yaml", WITHOUT_DASK)
    deployed = hub.checkout.run("deploy", "parallel", "--stage", STAGE)
    assert deployed.code == 0, deployed.text
    assert not hub.clusters()
    assert not (hub.folder / "dask").exists()
    assert _gateway(hub) == 0
    destroyed = hub.checkout.run("destroy", "parallel", "--stage", STAGE, "--yes")
    assert destroyed.code == 0, destroyed.text


def _gateway(hub: DaskHub) -> int:
    """The gateway's process; 0 where there is none."""
    config = str(hub.folder / "runtime" / "dask_gateway_config.py")
    for process in psutil.process_iter(["cmdline"]):
        if any(config in word for word in process.info["cmdline"] or ()):
            return int(process.pid)
    return 0


def _answers(hub: DaskHub) -> bool:
    try:
        return httpx.get(f"{hub.url}services/dask-gateway/api/health").status_code == 200
    except httpx.HTTPError:
        return False
