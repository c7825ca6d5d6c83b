"""What no cloud can give of what a cluster's node pools ask for, by that cloud's own catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from components.cluster_pools import CORE, ResolvedPool, resolve_pool
from components.cluster_region import beyond_catalogue
from components.contract import Refusal
from components.machines.core_pool import choose_core, core_need
from components.machines.names import UnavailableError
from components.machines.offers import Offer
from schemas.cluster import Cluster
from schemas.node_pool import NodePool


def pool_refusals(cluster: Cluster, offer: Offer) -> Iterator[Refusal]:
    """All of them; paths begin inside the cluster."""
    if not cluster.node_pools:
        yield Refusal(
            path=("node_pools",),
            fault="there is no pool for people's servers",
            remedy="add one, e.g. node_pools: {user: {cpu: 4, memory_gib: 32}}",
        )
    for name, pool in cluster.node_pools.items():
        if name == CORE and pool.role != CORE:
            yield Refusal(
                path=("node_pools", name),
                fault=f"{name!r} is the pool that carries the hubs, and this one's role is {pool.role}",
                remedy="name it after what people use it for, e.g. user",
            )
        if pool.node_selector is not None:
            yield Refusal(
                path=("node_pools", name, "node_selector"),
                fault="labels name nodes that are there already, and this pool's nodes are made",
                remedy="remove node_selector, or write provider: existing",
            )
        try:
            resolved = resolve_pool(name, pool, offer)
        except UnavailableError as error:
            unknown = beyond_catalogue(cluster, offer.catalogue)
            remedy = f"{error.remedy}; {unknown}" if unknown else error.remedy
            yield Refusal(path=("node_pools", name, *_blamed(pool, offer)), fault=error.fault, remedy=remedy)
        else:
            yield from _core(resolved, offer) if pool.role == CORE else ()


def _blamed(pool: NodePool, offer: Offer) -> tuple[str, ...]:
    """The field that the catalogue does not know; none where it is the pool as a whole."""
    if pool.machine_type:
        return ("machine_type",)
    return () if pool.gpu is None or pool.gpu.kind in offer.catalogue.gpu_kinds else ("gpu", "kind")


def _core(pool: ResolvedPool, offer: Offer) -> Iterator[Refusal]:
    path = ("node_pools", pool.name)
    if pool.spot:
        yield Refusal(
            path=(*path, "spot"),
            fault="the hubs themselves would go whenever the cloud takes a spot node back",
            remedy="remove spot from the core pool",
        )
    if pool.min_nodes == 1 and not pool.free.holds(core_need({})):
        smallest, _ = choose_core(offer, core_need({}))
        yield Refusal(
            path=path,
            fault=f"one {pool.choice.machine.name} does not hold a staging and a prod hub and what supports them",
            remedy=f"the smallest that does is {smallest.machine.name}; or remove the pool, and it is chosen",
        )
