"""Dask clusters as processes of this machine, with the limits and leases that people's servers have.

Runs in the gateway's own environment: besides the gateway there is psutil, and nothing of JupyterHub.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from dask_gateway_server.backends.base import PublicException
from dask_gateway_server.backends.db_base import JobStatus
from dask_gateway_server.backends.local import LocalClusterConfig, UnsafeLocalBackend
from traitlets import Float, Integer

from . import limits
from .hub_folder import FOLDER_VARIABLE, HubFolder
from .launch import launched
from .leases import Budget, BudgetSpentError, Lease, Leases
from .processes import Process, end, identify
from .started_server import StartedServer, last_words

BYTES_PER_GIB = 1024**3
GRACE_SECONDS = 5
LOOK_FOR_ROOM_EVERY_SECONDS = 1
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
KEPT_VARIABLES = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ")


@dataclass(frozen=True, kw_only=True)
class Size:
    """What one process is promised and may take."""

    memory_gib: float
    cpu: float
    most_memory_gib: float
    most_cpu: float


SCHEDULER = Size(memory_gib=0.25, cpu=0.1, most_memory_gib=1, most_cpu=1)
"""One that has just started takes 0.1 GiB (distributed 2026.8, resident, measured on Linux)."""


class HubClusterConfig(LocalClusterConfig):  # type: ignore[misc]
    """One cluster: fractions of cores are allowed, as on Kubernetes."""

    worker_cores = Float(1, min=0, config=True, help="Cores that a worker is promised.")


class DaskBackend(UnsafeLocalBackend):  # type: ignore[misc]
    """All clusters of one hub. They live on while the gateway restarts, and it finds them again."""

    hub_folder: ClassVar[HubFolder]
    cluster_config_class = HubClusterConfig

    max_clusters_per_user = Integer(2, min=1, config=True, help="Clusters that one person may have at once.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._starting = asyncio.Lock()

    # What the gateway asks of a backend.

    async def start_cluster(self, user: Any, cluster_options: Mapping[str, Any]) -> str:
        """Make a cluster, unless the person has enough; its name."""
        async with self._starting:
            there = len(await self.list_clusters(username=user.name))
            if there >= self.max_clusters_per_user:
                raise PublicException(too_many(there, self.max_clusters_per_user))
            return str(await super().start_cluster(user, cluster_options))

    async def do_start_cluster(self, cluster: Any) -> AsyncIterator[dict[str, Any]]:
        """Start the scheduler in a folder of the cluster's own."""
        state = {"workdir": self.setup_working_directory(cluster)}
        yield state
        command, variables = self.get_scheduler_command(cluster), self.get_scheduler_env(cluster)
        started = await self._start(cluster, cluster, "scheduler", SCHEDULER, command, variables)
        if started:
            yield {**state, "started": started.as_state()}

    async def do_stop_cluster(self, cluster: Any) -> None:
        """End the scheduler and remove the cluster's folder."""
        await self._end(cluster, cluster, "scheduler")
        if "workdir" in cluster.state:
            await asyncio.to_thread(self.cleanup_working_directory, cluster.state["workdir"])

    async def do_check_clusters(self, clusters: Sequence[Any]) -> list[bool]:
        """Which schedulers live."""
        return [_lives(cluster) for cluster in clusters]

    async def do_start_worker(self, worker: Any) -> AsyncIterator[dict[str, Any]]:
        """Start a worker as soon as the machine has room for it."""
        cluster, config = worker.cluster, worker.cluster.config
        memory_gib = config.worker_memory / BYTES_PER_GIB
        size = Size(
            memory_gib=memory_gib,
            cpu=config.worker_cores,
            most_memory_gib=memory_gib,
            most_cpu=max(config.worker_cores, config.worker_threads),
        )
        command, variables = self.get_worker_command(cluster, worker.name), self.get_worker_env(cluster)
        started = await self._start(worker, cluster, _worker_part(worker), size, command, variables)
        if started:
            yield {"started": started.as_state()}

    async def do_stop_worker(self, worker: Any) -> None:
        """End a worker."""
        await self._end(worker, worker.cluster, _worker_part(worker))

    async def do_check_workers(self, workers: Sequence[Any]) -> list[bool]:
        """Which workers live."""
        return [_lives(worker) for worker in workers]

    def get_env(self, cluster: Any) -> dict[str, str]:
        """Only what a process of the cluster needs: nothing of the environment that the gateway was started in."""
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        image = Path(cluster.config.worker_cmd[0]).parent
        login = {"HOME": cluster.state["workdir"], "PATH": f"{image}:{SYSTEM_PATH}"}
        # Whoever takes the hub away finds what runs for it by the folder.
        return {**kept, **login, **super().get_env(cluster), FOLDER_VARIABLE: str(self.hub_folder.path)}

    # How it does that.

    async def _start(
        self, job: Any, cluster: Any, part: str, size: Size, command: Sequence[str], variables: Mapping[str, str]
    ) -> StartedServer | None:
        """Take a lease, waiting for room, and start the process in it; None when nobody wants it any more."""
        lease = self._lease(cluster, part, size, image=Path(command[0]).parents[1])
        while not await asyncio.to_thread(self._take, lease):
            await asyncio.sleep(LOOK_FOR_ROOM_EVERY_SECONDS)
            if job.target > JobStatus.RUNNING or cluster.target > JobStatus.RUNNING or self.queue.closed:
                return None
        try:
            return await asyncio.to_thread(self._launch, lease, cluster, part, size, command, variables)
        except OSError:
            self._leases.drop(lease.name)
            raise

    def _lease(self, cluster: Any, part: str, size: Size, *, image: Path) -> Lease:
        gateway = identify(os.getpid())
        assert gateway is not None
        stack = self.hub_folder.settings["stack"]
        return Lease(
            name=self._lease_name(cluster, part),
            stack=stack,
            user=cluster.username,
            server=f"dask {part}",
            process=gateway,
            memory_gib=size.memory_gib,
            cpu=size.cpu,
            node_pool=self.hub_folder.settings["dask"]["node_pool"],
            environment=str(image),
        )

    def _lease_name(self, cluster: Any, part: str) -> str:
        """Unique among the hubs of a machine folder, and a file name."""
        unique = hashlib.sha256(f"{cluster.name} {part}".encode()).hexdigest()[:16]
        return f"{self.hub_folder.settings['stack']}--dask-{unique}"

    def _take(self, lease: Lease) -> bool:
        """Whether there was room."""
        pools = {name: Budget(**share) for name, share in self.hub_folder.settings["node_pools"].items()}
        try:
            self._leases.take(lease, self.hub_folder.places.budget, pools)
        except BudgetSpentError as spent:
            self.log.info("%s of %s waits for room: %s", lease.server, lease.user, spent)
            return False
        return True

    def _launch(
        self, lease: Lease, cluster: Any, part: str, size: Size, command: Sequence[str], variables: Mapping[str, str]
    ) -> StartedServer:
        most_bytes = int(size.most_memory_gib * BYTES_PER_GIB)
        # Control groups are the whole machine's, and so is their name; that of a lease is its folder's.
        folder_mark = hashlib.sha256(str(self.hub_folder.places.machine_folder).encode()).hexdigest()[:8]
        group = limits.make(f"{lease.name}-{folder_mark}", limits.Limits(most_bytes, size.most_cpu, size.cpu))
        folder = cluster.state["workdir"]
        plan = {
            "enter": group.doors() if group else [],
            "views": [],
            "closed": [],
            "folder": folder,
            "command": list(command),
        }
        with _log_file(folder, part).open("ab") as log:
            child = launched(plan, variables, log)
        process = identify(child.pid)
        if process is None:
            child.wait()
            if group:
                group.end()
            raise OSError(f"the {part} ended at once")
        self._leases.hand_over(lease, process, group)
        return StartedServer(process, group, most_bytes)

    async def _end(self, job: Any, cluster: Any, part: str) -> None:
        if "started" in job.state:
            started = StartedServer.from_state(job.state["started"])
            if not started.process.alive():
                self.log.warning("%s of %s had ended. %s", part, cluster.name, _account(cluster, part, started))
            await asyncio.to_thread(_end, started)
        self._leases.drop(self._lease_name(cluster, part))

    @cached_property
    def _leases(self) -> Leases:
        return Leases(self.hub_folder.places.machine_folder / "leases")


def too_many(there: int, most: int) -> str:
    """What people read who have enough clusters."""
    have = "a Dask cluster" if there == 1 else f"{there} Dask clusters"
    return (
        f"You have {have} already, and {most} may run at once. Stop one: "
        "from dask_gateway import Gateway; gateway = Gateway(); "
        "[gateway.stop_cluster(cluster.name) for cluster in gateway.list_clusters()]"
    )


def _worker_part(worker: Any) -> str:
    return f"worker-{worker.name}"


def _lives(job: Any) -> bool:
    return "started" in job.state and Process(**job.state["started"]["process"]).alive()


def _end(started: StartedServer) -> None:
    end(started.process, grace_seconds=GRACE_SECONDS)
    if started.group:
        started.group.end()


def _account(cluster: Any, part: str, started: StartedServer) -> str:
    """Why a process is gone, as far as it or the kernel says."""
    if started.killed_for_memory():
        return "It used more memory than it had and was stopped."
    log = _log_file(cluster.state["workdir"], part)
    return last_words(log) if log.is_file() else ""


def _log_file(folder: str, part: str) -> Path:
    return Path(folder) / "logs" / f"{part}.log"
