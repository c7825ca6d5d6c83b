"""From a hub's folder to the configuration of its Dask Gateway."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dask_gateway_server import options
from traitlets.config import Config

from .dask_backend import BYTES_PER_GIB, DaskBackend
from .hub_folder import HubFolder
from .leases import Budget

USUAL_SHARES = (16, 8, 4, 2, 1)
"""Workers that fill the machine, where the file names no sizes."""
LEAST_WORKER_GIB = 0.5
"""Smaller ones are not among the usual: a worker that has just started takes 0.2 GiB with its nanny (distributed
2026.8, resident, measured on Linux)."""
WAIT_FOR_ROOM_SECONDS = 24 * 3600
"""A worker that waits for others to end has not failed."""
LOOK_EVERY_SECONDS = 5
MANY = 200
"""Starts and stops at once: those that wait for room must not keep others from ending."""


@dataclass(frozen=True, kw_only=True)
class WorkerSize:
    """A share of the machine, or of a pool of it."""

    per_node: int
    cpu: float
    memory_bytes: int

    @property
    def name(self) -> str:
        """As people choose it: "1/4"."""
        return "1" if self.per_node == 1 else f"1/{self.per_node}"

    @property
    def title(self) -> str:
        """What it amounts to."""
        return f"{self.memory_bytes / BYTES_PER_GIB:.2g} GiB, {self.cpu:.2g} CPU"

    @property
    def threads(self) -> int:
        """What computes at once in it."""
        return max(1, round(self.cpu))


def configure(c: Config, hub: HubFolder) -> None:
    """Set everything that this hub's gateway is to be."""
    dask, own, folder = hub.settings["dask"], hub.places.dask, hub.path / "dask"
    clusters = folder / "clusters"
    clusters.mkdir(mode=0o700, parents=True, exist_ok=True)
    DaskBackend.hub_folder = hub
    c.DaskGateway.backend_class = DaskBackend
    c.DaskGateway.address = f"127.0.0.1:{own['api_port']}"
    c.DaskGateway.authenticator_class = "dask_gateway_server.auth.JupyterHubAuthenticator"
    # The gateway asks as the person themselves; it has no token, and needs none.
    c.JupyterHubAuthenticator.jupyterhub_api_url = f"http://127.0.0.1:{hub.places.hub_port}/hub/api"
    c.JupyterHubAuthenticator.jupyterhub_service_name = dask["service"]
    c.Proxy.address = f"127.0.0.1:{own['port']}"
    c.Proxy.prefix = dask["prefix"]
    c.DaskBackend.clusters_directory = str(clusters)
    c.DaskBackend.db_url = f"sqlite:///{folder / 'gateway.sqlite'}"
    keys = (hub.secrets["crypt_key"], hub.secrets.get("former_crypt_key"))
    c.DaskBackend.db_encrypt_keys = [_key(key) for key in keys if key]
    c.DaskBackend.stop_clusters_on_shutdown = False
    c.DaskBackend.inherited_environment = []
    c.DaskBackend.cluster_start_timeout = c.DaskBackend.worker_start_timeout = WAIT_FOR_ROOM_SECONDS
    c.DaskBackend.check_timeouts_period = LOOK_EVERY_SECONDS
    c.DaskBackend.cluster_status_period = c.DaskBackend.worker_status_period = LOOK_EVERY_SECONDS
    c.DaskBackend.parallelism = MANY
    c.DaskBackend.max_clusters_per_user = dask["max_clusters_per_user"]
    c.DaskBackend.cluster_options = cluster_options(hub)
    c.HubClusterConfig.idle_timeout = dask["idle_timeout_seconds"]


def cluster_options(hub: HubFolder) -> options.Options:
    """What people may choose."""
    dask = hub.settings["dask"]
    sizes = {size.name: size for size in worker_sizes(hub)}
    images = {name: Path(folder) for name, folder in hub.places.environments.items()}
    usual_image = hub.settings["traits"]["LocalHubSpawner"]["image"]
    described = "; ".join(f"{name}: {size.title}" for name, size in sizes.items())

    def overrides(chosen: Any) -> dict[str, Any]:
        size = sizes[chosen.worker_size]
        programs = [str(_python_with_dask(chosen.image or usual_image, images)), "-m"]
        own = {name: str(value) for name, value in chosen.environment.items()}
        return {
            "scheduler_cmd": [*programs, "distributed.cli.dask_scheduler"],
            "worker_cmd": [*programs, "distributed.cli.dask_worker"],
            "environment": {**dask["environment"], **own},
            "worker_cores": size.cpu,
            "worker_threads": size.threads,
            "worker_memory": size.memory_bytes,
            "cluster_max_workers": _most_workers(size, dask["most"]),
        }

    return options.Options(
        options.Select("worker_size", list(sizes), label=f"Worker size as a share of the machine ({described})"),
        options.String("image", default=usual_image, label="Image; your own server's by default"),
        options.Mapping("environment", label="Environment variables of workers"),
        handler=overrides,
    )


def worker_sizes(hub: HubFolder) -> list[WorkerSize]:
    """Sizes to choose from, the smallest first."""
    dask, pools = hub.settings["dask"], hub.settings["node_pools"]
    room = Budget(**pools[dask["node_pool"]]) if dask["node_pool"] in pools else hub.places.budget
    if dask["worker_shares"]:
        return [_share(room, per_node) for per_node in sorted(dask["worker_shares"], reverse=True)]
    usual = [_share(room, per_node) for per_node in USUAL_SHARES]
    return [size for size in usual if size.memory_bytes >= LEAST_WORKER_GIB * BYTES_PER_GIB] or usual[-1:]


def _share(room: Budget, per_node: int) -> WorkerSize:
    return WorkerSize(
        per_node=per_node,
        cpu=int(room.cpu * 1000 / per_node) / 1000,
        memory_bytes=int(room.memory_gib * BYTES_PER_GIB / per_node),
    )


def _most_workers(size: WorkerSize, most: Mapping[str, float]) -> int:
    """Workers at most, whichever limit is met first: the gateway's own would count the scheduler in."""
    workers = [
        int(most["workers"]),
        *([int(most["cpu"] / size.cpu + 1e-9)] if "cpu" in most else []),
        *([int(most["memory_bytes"] // size.memory_bytes)] if "memory_bytes" in most else []),
    ]
    if not min(workers):
        raise ValueError(f"A worker of {size.name} of the machine is more than one cluster may have; choose a smaller.")
    return min(workers)


def _python_with_dask(image: str, images: Mapping[str, Path]) -> Path:
    """The image's Python. Raises ValueError, for people, where Dask cannot run in it."""
    able = [name for name, folder in images.items() if _has_dask(folder)]
    if image in able:
        return images[image] / "bin" / "python"
    there = f"images with it: {', '.join(able)}" if able else "no image of this hub has it"
    fault = f"Image {image!r} has no dask-gateway" if image in images else f"There is no image {image!r}"
    raise ValueError(f"{fault}; {there}.")


def _has_dask(folder: Path) -> bool:
    return any(folder.glob("lib/python*/site-packages/dask_gateway"))


def _key(secret: str) -> str:
    """A key of the gateway's own, from the hub's."""
    return base64.b64encode(hashlib.sha256(f"dask {secret}".encode()).digest()).decode()
