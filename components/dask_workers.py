"""Dask workers' nodes, and the sizes that fill them. Pure, and the same for a hub's values and for checks."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

from components.clouds import cloud
from components.contract import Allocatable
from components.machines.capacity import GIB, Capacity
from components.machines.names import UnavailableError
from components.machines.palette import node_share
from components.server_sizes import capacity, lasting_pool
from components.size_titles import share_title
from schemas.amount import Amount
from schemas.community import Deployment

USUAL_SHARES = (16, 8, 4, 2, 1)
"""Workers that fill a node, where the file names no sizes."""
LEAST_WORKER_GIB = 0.5
"""A worker that has just started takes 0.2 GiB with its nanny (distributed 2026.8, resident, measured on Linux)."""


@dataclass(frozen=True, kw_only=True)
class WorkerSize:
    """One size of a worker."""

    per_node: int
    """How many fill a node."""
    cpu: float
    """Cores that it is promised."""
    memory_bytes: int
    """Promised, and its limit too."""
    gpu: int = 0

    @property
    def name(self) -> str:
        """As people choose it: "1/4"."""
        return "1" if self.per_node == 1 else f"1/{self.per_node}"

    @property
    def title(self) -> str:
        """What it amounts to: "8 GiB, 2 CPU"."""
        cpu, memory_gib = Amount(guarantee=self.cpu), Amount(guarantee=self.memory_bytes / GIB)
        return share_title(self.per_node, cpu, memory_gib, gpu=self.gpu, of="a node").partition(": ")[2]

    @property
    def threads(self) -> int:
        """What computes at once in it; it may take as many cores when its node has them to spare."""
        return max(1, round(self.cpu))


def worker_pool(deployment: Deployment) -> str | None:
    """The node pool of workers: the one named, the first for workers, else a lasting one for people."""
    dask, pools = deployment.hub.dask, deployment.cluster.node_pools
    if dask and dask.node_pool:
        return dask.node_pool
    return next((name for name, pool in pools.items() if pool.role == "worker"), None) or lasting_pool(deployment)


def worker_sizes(deployment: Deployment) -> tuple[WorkerSize, ...]:
    """Sizes to choose from, the smallest first. Raises UnavailableError where a node's room is not known or too small.

    Of the usual shares, those are left out that are too small for a worker, or that cut a GPU in two.
    """
    dask = deployment.hub.dask
    assert dask is not None
    room = _room(deployment)
    shares = sorted(set(dask.worker_sizes), reverse=True) or [
        share for share in USUAL_SHARES if share == 1 or _is_worthwhile(room, share)
    ]
    return tuple(worker_size(room, share) for share in shares)


def worker_size(room: Capacity, per_node: int) -> WorkerSize:
    """A share of a node as a worker. Raises UnavailableError."""
    guarantee = node_share(room, per_node).guarantee
    return WorkerSize(per_node=per_node, cpu=guarantee.cpu, memory_bytes=guarantee.memory_bytes, gpu=guarantee.gpu)


def worker_node(deployment: Deployment) -> Allocatable | None:
    """What one node of the workers' pool has for them; None without such a pool, or where only the machine can tell."""
    cluster, pool = deployment.cluster, worker_pool(deployment)
    if cluster.node_pools and pool not in cluster.node_pools:
        return None
    return cloud(cluster.provider).allocatable(cluster, pool)


def _room(deployment: Deployment) -> Capacity:
    node = worker_node(deployment)
    if node is None or isinf(node.cpu) or isinf(node.memory_gib):
        raise UnavailableError(
            f"nobody knows yet what a node of pool {worker_pool(deployment)!r} has for Dask workers",
            "name a pool of the cluster as dask.node_pool",
        )
    return capacity(node)


def _is_worthwhile(room: Capacity, per_node: int) -> bool:
    try:
        return node_share(room, per_node).guarantee.memory_gib >= LEAST_WORKER_GIB
    except UnavailableError:
        return False
