"""Dask: workers that can be had, on nodes meant for them, and limits that let at least one of them start."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf

from components.clouds import cloud
from components.dask_workers import LEAST_WORKER_GIB, WorkerSize, worker_node, worker_pool, worker_size, worker_sizes
from components.machines.names import UnavailableError
from components.server_sizes import capacity
from deployer.config.checks.finding import Finding, repeated
from deployer.config.checks.sizes import rounded_down
from deployer.config.document import Path
from deployer.config.suggest import did_you_mean
from schemas.community import Deployment
from schemas.dask import Dask

HERE: Path = ("hub", "dask")


def check_dask(deployment: Deployment) -> Iterator[Finding]:
    """Pool, sizes, limits; nothing where there is no Dask."""
    dask = deployment.hub.dask
    if dask is None:
        return
    faults = list(_pool(deployment, dask))
    yield from faults
    if not any(fault.severity == "error" for fault in faults):
        yield from _sizes(deployment, dask)


def _pool(deployment: Deployment, dask: Dask) -> Iterator[Finding]:
    pools = deployment.cluster.node_pools
    for_workers = [name for name, pool in pools.items() if pool.role == "worker"]
    name = dask.node_pool
    if name is not None and name not in pools:
        fault = f"no node pool named {name!r} in cluster {deployment.cluster_name!r}"
        yield Finding((*HERE, "node_pool"), fault, did_you_mean(name, for_workers or [*pools], kind="pools"))
    elif name is not None and pools[name].role == "core":
        yield Finding(
            (*HERE, "node_pool"),
            f"pool {name!r} is for the hubs themselves: workers would take their room",
            did_you_mean(name, for_workers, kind="pools for workers"),
        )
    elif cloud(deployment.cluster.provider).charts(deployment):
        yield from _dear(deployment)


def _dear(deployment: Deployment) -> Iterator[Finding]:
    """Workers where they cost more than they must; one machine has no nodes to choose from."""
    name = worker_pool(deployment)
    if name is None:
        return  # no pool is for people either, which is said already
    pool = deployment.cluster.node_pools[name]
    if pool.role != "worker":
        yield Finding(
            HERE,
            f"Dask workers run on pool {name!r}, beside people's servers: no pool of the cluster has role worker",
            "add one, e.g. dask: {role: worker, cpu: 16, memory_gib: 64, spot: true}",
            "warning",
        )
    elif not pool.spot and deployment.cluster.existing is None:
        yield Finding(
            HERE,
            f"Dask workers run on pool {name!r}, whose nodes are not spot: computations survive the loss of a worker",
            f"add spot: true to pool {name!r} to pay less",
            "warning",
        )


def _sizes(deployment: Deployment, dask: Dask) -> Iterator[Finding]:
    for position, first, _ in repeated(dask.worker_sizes):
        yield Finding((*HERE, "worker_sizes", position), f"is entry {first + 1} too", "write each size once")
    node = worker_node(deployment)
    if node is None or isinf(node.cpu) or isinf(node.memory_gib):
        return  # only the machine itself can tell
    faulty = False
    for index, per_node in enumerate(dask.worker_sizes):
        try:
            size = worker_size(capacity(node), per_node)
        except UnavailableError as error:
            faulty = True
            yield Finding((*HERE, "worker_sizes", index), error.fault, error.remedy)
            continue
        if size.memory_bytes < LEAST_WORKER_GIB * 2**30:
            had = rounded_down(size.memory_bytes / 2**30)
            yield Finding(
                (*HERE, "worker_sizes", index),
                f"{size.name} of a node is {had} GiB, too little for a Dask worker",
                "take a larger share",
                "warning",
            )
    if not faulty:
        yield from _limits(dask, worker_sizes(deployment)[0])


def _limits(dask: Dask, smallest: WorkerSize) -> Iterator[Finding]:
    for field, most, least, unit in (
        ("max_cpu_per_cluster", dask.max_cpu_per_cluster, smallest.cpu, "cores"),
        ("max_memory_gib_per_cluster", dask.max_memory_gib_per_cluster, smallest.memory_bytes / 2**30, "GiB"),
    ):
        if most is not None and most < least:
            yield Finding(
                (*HERE, field),
                f"the smallest worker, {smallest.name} of a node, has {rounded_down(least)} {unit}: no cluster could "
                f"have even one",
                "raise it, or offer smaller worker_sizes",
            )
