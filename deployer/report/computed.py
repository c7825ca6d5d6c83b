"""What is computed from a deployment and stands in no file: machines and why, and the figures of servers."""

from __future__ import annotations

from typing import Any

from components.cluster_pools import ResolvedPool, cluster_pools
from components.cluster_region import beyond_catalogue
from components.machines.capacity import GIB, Capacity
from components.machines.offers import Offer, clouds, offer
from components.server_sizes import ServerSize, capacity, node_of, pool_of, server_sizes
from schemas.community import Deployment
from schemas.profile import Profile


def computed(deployment: Deployment) -> dict[str, Any]:
    """As plain data for people and programs; empty where the file says all there is to say."""
    cluster = deployment.cluster
    offered = offer(cluster.provider) if cluster.provider in clouds() else None
    pools = {pool.name: pool for pool in cluster_pools(cluster, offered)} if offered else {}
    told: dict[str, Any] = {}
    if offered:
        daemonsets = offered.catalogue.daemonsets
        told["prices"] = _prices(deployment, offered)
        told["daemonsets"] = {**_room(daemonsets.capacity), "source": str(daemonsets.source)}
        told["node_pools"] = {name: _pool(pool, offered) for name, pool in pools.items()}
    sizes = {
        profile.slug: _sizes(deployment, profile, pools, offered)
        for profile in deployment.hub.profiles
        if offered or any(isinstance(size, int) for size in profile.options.sizes)
    }
    return {**told, **({"sizes": sizes} if sizes else {})}


def _prices(deployment: Deployment, offered: Offer) -> dict[str, str]:
    catalogue = offered.catalogue
    beyond = beyond_catalogue(deployment.cluster, catalogue)
    return {
        "on_demand": str(catalogue.on_demand_from),
        "spot": str(catalogue.spot_from),
        **({"elsewhere": beyond} if beyond else {}),
    }


def _pool(pool: ResolvedPool, offered: Offer) -> dict[str, Any]:
    return {
        "machine_type": pool.choice.machine.name,
        "why": pool.choice.reason,
        "allocatable": _room(offered.allocatable(pool.choice.machine)),
        "for_servers": _room(pool.free),
    }


def _room(room: Capacity) -> dict[str, Any]:
    gpu = {"gpu": room.gpu} if room.gpu else {}
    return {"cpu": room.cpu, "memory_gib": round(room.memory_gib, 2), **gpu, "pods": room.pods}


def _sizes(
    deployment: Deployment, profile: Profile, pools: dict[str, ResolvedPool], offered: Offer | None
) -> list[dict[str, Any]]:
    node, pool = node_of(deployment, profile), pools.get(pool_of(deployment, profile) or "")
    said = []
    for size in server_sizes(deployment, profile):
        one: dict[str, Any] = {"size": size.slug} if size.slug else {}
        one |= {"title": size.title, **_promise(size)}
        if node is not None:
            one["per_node"] = capacity(node).times(size.guarantee)
        if pool and offered:
            one["packing"] = _packing(size, one["per_node"], pool, offered)
        said.append(one)
    return said


def _promise(size: ServerSize) -> dict[str, Any]:
    return {
        "cpu": size.cpu.model_dump(),
        # Kubernetes' own notation: nothing is lost by rounding.
        "memory": f"{size.guarantee.memory_bytes // (GIB // 1024)}Mi",
        **({"gpu": size.gpu} if size.gpu else {}),
    }


def _packing(size: ServerSize, per_node: int, pool: ResolvedPool, offered: Offer) -> str:
    """How full a node is that is full of such servers."""
    machine = pool.choice.machine
    if not per_node:
        return f"none fits on {machine.name}"
    asked = size.guarantee.memory_bytes * per_node
    of_all, of_free = asked / offered.allocatable(machine).memory_bytes, asked / pool.free.memory_bytes
    servers = "one server fills" if per_node == 1 else f"{per_node} servers fill"
    return f"{servers} {machine.name} to {of_all:.1%}; of what daemonsets leave, {of_free:.1%}"
