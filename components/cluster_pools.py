"""A cluster's node pools with nothing left open: machines chosen, labels and taints set, a core pool in any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from components.contract import Allocatable
from components.kubernetes_contract import Role, Taint
from components.machines.capacity import Capacity
from components.machines.choosing import Choice, Wish, choose
from components.machines.core_pool import choose_core, core_need
from components.machines.names import UnavailableError
from components.machines.offers import Offer, offer
from components.pool_labels import pool_labels, pool_taints
from schemas.cluster import Cluster
from schemas.node_pool import NodePool

CORE: Role = "core"
SPARE_CORE_NODES = 2
"""A core pool may grow by these: for an upgrade's surge, and for hubs that outgrow what was reckoned."""


@dataclass(frozen=True, kw_only=True)
class ResolvedPool:
    """One pool."""

    name: str
    role: Role
    choice: Choice
    spot: bool
    min_nodes: int
    max_nodes: int
    disk_gib: int
    free: Capacity
    """What one node has for servers, after the cloud's share and daemonsets."""

    @cached_property
    def labels(self) -> Mapping[str, str]:
        return pool_labels(self.name, self.role, self.choice.machine.gpu)

    @cached_property
    def taints(self) -> tuple[Taint, ...]:
        return pool_taints(self.role, self.choice.machine.gpu)


def cluster_pools(cluster: Cluster, offer: Offer) -> list[ResolvedPool]:
    """All pools, the core pool first. Raises UnavailableError for a machine that the cloud does not have."""
    return sorted(_pools(cluster, offer), key=lambda pool: (pool.role != CORE, pool.name))


def resolve_pool(name: str, pool: NodePool, offer: Offer) -> ResolvedPool:
    """One pool of the file. Raises UnavailableError."""
    choice = choose(offer, Wish.of_pool(pool))
    least = offer.catalogue.core_minimum.nodes if pool.role == CORE else 0
    return ResolvedPool(
        name=name,
        role=pool.role,
        choice=choice,
        spot=pool.spot,
        min_nodes=max(pool.min_nodes, least),
        max_nodes=max(pool.max_nodes, least),
        disk_gib=pool.disk_gib,
        free=offer.free(choice.machine),
    )


def _pools(cluster: Cluster, offer: Offer) -> Iterator[ResolvedPool]:
    if not any(pool.role == CORE for pool in cluster.node_pools.values()):
        choice, nodes = choose_core(offer, core_need({}))
        yield ResolvedPool(
            name=CORE,
            role=CORE,
            choice=choice,
            spot=False,
            min_nodes=nodes,
            max_nodes=nodes + SPARE_CORE_NODES,
            disk_gib=NodePool.model_fields["disk_gib"].default,
            free=offer.free(choice.machine),
        )
    for name, pool in cluster.node_pools.items():
        yield resolve_pool(name, pool, offer)


# Many profiles of many communities ask for the same pool of the same cluster.
@lru_cache(maxsize=1024)
def allocatable(provider: str, pool: NodePool) -> Allocatable | None:
    """What servers find on one node of a pool; None where there is no such machine."""
    try:
        resolved = resolve_pool("", pool, offer(provider))
    except UnavailableError:
        return None
    free = resolved.free
    return Allocatable(
        cpu=free.cpu,
        memory_gib=free.memory_gib,
        gpu=free.gpu,
        pods=free.pods,
        machine_type=resolved.choice.machine.name,
    )
