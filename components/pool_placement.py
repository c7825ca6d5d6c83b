"""Where pods of a pool go: the labels of its nodes, and the taints that they put up with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.clouds import cloud
from components.kubernetes_contract import Taint
from components.machines.machine_type import Gpu
from components.pool_labels import POOL, pool_labels, pool_taints
from schemas.cluster import Cluster


@dataclass(frozen=True, kw_only=True)
class Placement:
    """As Kubernetes takes it in a pod."""

    node_selector: Mapping[str, str] = field(default_factory=dict)
    tolerations: tuple[Mapping[str, str], ...] = ()


def placement(cluster: Cluster, pool: str | None) -> Placement:
    """Of people's servers and Dask's pods on a pool of the file; of anywhere without one."""
    asked = cluster.node_pools.get(pool) if pool else None
    if asked is None or pool is None:
        return Placement()
    # Nodes that were there before us have the labels that the file names, and perhaps none.
    selector = dict(asked.node_selector or {}) if has_foreign_nodes(cluster) else {POOL: pool}
    gpu = Gpu(kind=asked.gpu.kind, count=asked.gpu.count) if asked.gpu else None
    taints = [*pool_taints(asked.role, gpu), *(cloud(cluster.provider).spot_taints if asked.spot else ())]
    return Placement(node_selector=selector, tolerations=tuple(_toleration(taint) for taint in taints))


def core_selector(cluster: Cluster, purpose: str = "") -> dict[str, str]:
    """Labels of the nodes that hubs themselves are on. Of nodes that were there before us, those that the file names.

    `purpose` is the label by which ours say it to a chart; without it ours are not asked for.
    """
    if not has_foreign_nodes(cluster):
        return {purpose: pool_labels("core", "core", None)[purpose]} if purpose else {}
    core = (pool for pool in cluster.node_pools.values() if pool.role == "core")
    return next((dict(pool.node_selector) for pool in core if pool.node_selector), {})


def has_foreign_nodes(cluster: Cluster) -> bool:
    """Whether its nodes are somebody else's making, without our labels."""
    return cluster.existing is not None


def _toleration(taint: Taint) -> dict[str, str]:
    return {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}
