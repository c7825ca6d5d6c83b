"""What the file asks for held against what the cluster has."""

from __future__ import annotations

from collections.abc import Iterator

from components.clouds.existing.pools import PoolNodes, pools_of
from components.contract import Refusal
from components.machines.names import unknown
from components.survey.storage import StorageClass
from components.survey.survey import Survey
from schemas.cluster import Cluster

SHOWN = 6


def unfit(cluster: Cluster, survey: Survey) -> Iterator[Refusal]:
    """All that the cluster cannot give; paths begin inside the cluster. What could not be seen is not refused."""
    for name, pool in pools_of(cluster, survey.nodes or ()).items():
        if survey.nodes is not None:
            yield from _pool(name, pool, survey)
    if survey.storage_classes is not None:
        yield from _homes(cluster, survey.storage_classes)
    missing = [one for one in survey.missing_permissions if one.needed]
    if missing:
        yield Refusal(
            path=("existing", "context"),
            fault=f"the login may not {', '.join(str(one) for one in missing)}",
            remedy="ask whoever runs the cluster for these rights in all namespaces",
        )


def home_class(cluster: Cluster, classes: tuple[StorageClass, ...]) -> StorageClass | None:
    """The storage class of homes: the one that is named, or the cluster's default."""
    wanted = cluster.existing.home_storage_class if cluster.existing else None
    fitting = [one for one in classes if (one.name == wanted if wanted else one.default)]
    return max(fitting, key=lambda one: one.made_at, default=None)


def _pool(name: str, pool: PoolNodes, survey: Survey) -> Iterator[Refusal]:
    path = ("node_pools", name)
    if pool.fitting:
        return
    if not pool.named:
        if survey.autoscaler is None:
            yield _nobody(path, pool, survey)
    elif not pool.with_gpus:
        yield _no_gpus((*path, "gpu"), pool, survey)
    else:
        largest = max(pool.with_gpus, key=lambda node: (node.free.memory_bytes, node.free.millicores)).free
        asked = f"{pool.pool.cpu:g} cores and {pool.pool.memory_gib:g} GiB"
        yield Refusal(
            path=path,
            fault=f"{asked} are asked for, and the largest such node has {largest.cpu:g} and "
            f"{_down(largest.memory_gib)} for servers",
            remedy=f"write at most cpu: {largest.cpu:g} and memory_gib: {_down(largest.memory_gib)}",
        )


def _nobody(path: tuple[str, ...], pool: PoolNodes, survey: Survey) -> Refusal:
    labels = pool.pool.node_selector
    if not labels:
        return Refusal(
            path=path,
            fault="every node that is ready keeps pods away by a taint",
            remedy="name nodes by their labels in node_selector: their taints are then tolerated",
        )
    key = next(iter(labels))
    values = sorted({node.labels[key] for node in survey.nodes or () if key in node.labels})
    there = f"it is there with {', '.join(values[:SHOWN])}" if values else f"no node has the label {key} at all"
    written = ",".join(f"{name}={value}" for name, value in labels.items())
    return Refusal(
        path=(*path, "node_selector"),
        fault=f"no node that is ready has {written}, and nobody was seen who would make one",
        remedy=f"{there}; kubectl get nodes --show-labels",
    )


def _no_gpus(path: tuple[str, ...], pool: PoolNodes, survey: Survey) -> Refusal:
    asked = pool.pool.gpu
    kinds = sorted({f"{node.free.gpu} {node.gpu_kind}" for node in survey.nodes or () if node.free.gpu})
    there = f"nodes of the cluster have: {', '.join(kinds)}" if kinds else "no node of the cluster has any"
    return Refusal(
        path=path,
        fault=f"no node of the pool has {asked.count if asked else 0} {asked.kind if asked else ''} GPU(s); {there}",
        remedy="write a kind that is there, or name its nodes by node_selector"
        if kinds
        else "remove gpu, or add such nodes and NVIDIA's device plugin",
    )


def _homes(cluster: Cluster, classes: tuple[StorageClass, ...]) -> Iterator[Refusal]:
    asked = cluster.existing
    if asked is None or asked.home_nfs:
        return
    path, names = ("existing", "home_storage_class"), [one.name for one in classes]
    found = home_class(cluster, classes)
    if found is None and asked.home_storage_class:
        error = unknown(asked.home_storage_class, names, what="storage class there", kind="storage classes")
        yield Refusal(path=path, fault=error.fault, remedy=error.remedy)
    elif found is None:
        yield Refusal(
            path=("existing",),
            fault="the cluster has no default storage class, and none is named for homes",
            remedy=f"name one in existing.home_storage_class: {', '.join(names)}" if names else "ask for one there",
        )
    elif found.shared is False:
        shared = [one.name for one in classes if one.shared]
        yield Refusal(
            path=path if asked.home_storage_class else ("existing",),
            fault=f"volumes of storage class {found.name!r} can be written from one node alone, and people's servers "
            "are on several",
            remedy=f"name {' or '.join(shared)} in home_storage_class"
            if shared
            else "there is none of another kind: give a share in existing.home_nfs",
        )


def _down(amount: float) -> str:
    """Rounded down: whoever copies the figure from the message must not fail again."""
    return f"{int(amount * 10) / 10:g}"
