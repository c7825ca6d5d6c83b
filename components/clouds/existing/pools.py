"""A pool's nodes among those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from components.machines.capacity import GIB, MIB, Capacity
from components.survey.gpus import is_kind
from components.survey.nodes import KEEPS_AWAY, Node
from components.survey.quantity import GPU
from schemas.cluster import Cluster
from schemas.node_pool import NodePool

CORE = "core"


@dataclass(frozen=True, kw_only=True)
class PoolNodes:
    """The nodes that a pool's pods can be put on."""

    pool: NodePool
    named: tuple[Node, ...]
    """Those with its labels; without labels, those that keep nobody away."""

    @property
    def with_gpus(self) -> tuple[Node, ...]:
        """Those that have the GPUs it asks for; all of them where it asks for none."""
        gpu = self.pool.gpu
        if gpu is None:
            return self.named
        return tuple(
            node for node in self.named if node.free.gpu >= gpu.count and is_kind(node.gpu_kind or "", gpu.kind)
        )

    @property
    def fitting(self) -> tuple[Node, ...]:
        """Those that have what it asks for."""
        wanted = wanted_of(self.pool)
        return tuple(node for node in self.with_gpus if node.free.holds(wanted))

    @property
    def free(self) -> Capacity:
        """What every fitting node has for servers; what the file asks for where there is none now."""
        nodes = [node.free for node in self.fitting]
        if not nodes:
            return wanted_of(self.pool)
        return Capacity(
            millicores=min(node.millicores for node in nodes),
            memory_bytes=min(node.memory_bytes for node in nodes),
            gpu=min(node.gpu for node in nodes) if self.pool.gpu else 0,
            pods=min(node.pods for node in nodes),
        )

    def facts(self) -> dict[str, Any]:
        """As hubs read them."""
        taints = {taint: None for node in self.fitting or self.named for taint in node.taints}
        return {
            "role": self.pool.role,
            "machine_type": None,
            "spot": False,
            "node_selector": dict(self.pool.node_selector or {}),
            "tolerations": [taint.toleration for taint in taints if taint.effect in KEEPS_AWAY],
            "free": {
                "cpu_millis": self.free.millicores,
                "memory_mib": self.free.memory_bytes // MIB,
                "gpu": self.free.gpu,
                "pods": self.free.pods,
            },
        }


def wanted_of(pool: NodePool) -> Capacity:
    """What one node must have for servers."""
    return Capacity(
        millicores=round(pool.cpu * 1000),
        memory_bytes=int(pool.memory_gib * GIB),
        gpu=pool.gpu.count if pool.gpu else 0,
    )


def pools_of(cluster: Cluster, nodes: Iterable[Node]) -> Mapping[str, PoolNodes]:
    """All pools by name; one for the hubs in any case."""
    there = [node for node in nodes if node.usable]
    asked = dict(cluster.node_pools)
    if not any(pool.role == "core" for pool in asked.values()):
        # No more than any node has: hubs go wherever nothing keeps them away.
        asked = {CORE: NodePool(role="core", cpu=0.1, memory_gib=0.1), **asked}
    return {name: PoolNodes(pool=pool, named=tuple(_named(pool, there))) for name, pool in asked.items()}


def _named(pool: NodePool, nodes: Iterable[Node]) -> Iterable[Node]:
    if pool.node_selector:
        return (node for node in nodes if node.has(pool.node_selector or {}))
    # Whoever asks for GPUs is let in where others are kept away from them.
    open_to = {GPU} if pool.gpu else set()
    return (
        node
        for node in nodes
        if not any(taint.effect in KEEPS_AWAY and taint.key not in open_to for taint in node.taints)
    )
