"""What a community costs: the month in which nobody computes, and an hour in each profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.machines.capacity import GIB, Capacity
from components.machines.choosing import Choice, Wish, choose
from components.machines.core_pool import choose_core, core_need
from components.machines.offers import Offer as Offered
from components.machines.offers import clouds, offer
from components.machines.pricing import Hour, Month, Standing, idle_month, server_hour
from schemas.amount import Amount
from schemas.community import Deployment
from schemas.node_pool import NodePool
from schemas.profile import Profile

DEFAULT_DISK_GIB = 100


@dataclass(frozen=True)
class ServerCost:
    """One choice on the page where people start servers."""

    profile: str
    size: str
    """Empty where the profile offers no sizes."""
    pool: str
    machine: Choice
    guarantee: Capacity
    hour: Hour


@dataclass(frozen=True)
class CommunityCost:
    """All of it, with what it was reckoned from."""

    offer: Offered
    core: Choice
    standing: Standing
    month: Month
    servers: tuple[ServerCost, ...]


def community_cost(deployment: Deployment, *, homes_gib: int = 100) -> CommunityCost | None:
    """The costs of one stage's cluster and servers; None where no cloud sends a bill.

    Raises UnavailableError when a pool asks for what its cloud does not have.
    """
    provider = deployment.cluster.provider
    if provider not in clouds():
        return None
    offered = offer(provider)
    core, standing = _standing(offered, deployment.cluster.node_pools, homes_gib)
    servers = tuple(_servers(offered, deployment))
    return CommunityCost(offered, core, standing, idle_month(offered, standing), servers)


def _standing(offered: Offered, pools: Mapping[str, NodePool], homes_gib: int) -> tuple[Choice, Standing]:
    pool = next((pool for pool in pools.values() if pool.role == "core"), None)
    if pool is None:
        choice, nodes = choose_core(offered, core_need({}))
        disk_gib = DEFAULT_DISK_GIB
    else:
        choice = choose(offered, Wish.of_pool(pool))
        nodes, disk_gib = max(pool.min_nodes, offered.catalogue.core_minimum.nodes), pool.disk_gib
    return choice, Standing(core=choice.machine, core_nodes=nodes, core_disk_gib=disk_gib, homes_gib=homes_gib)


def _servers(offered: Offered, deployment: Deployment) -> Iterator[ServerCost]:
    pools = {name: pool for name, pool in deployment.cluster.node_pools.items() if pool.role == "user"}
    hub = deployment.hub
    profiles = hub.profiles or (Profile(slug="default", title="Server"),)
    for profile in profiles:
        name = profile.node_pool or next(iter(pools), None)
        if name is None or name not in pools:
            continue  # a check of the file says so
        cpu, memory_gib = profile.cpu or hub.resources.cpu, profile.memory_gib or hub.resources.memory_gib
        sizes = {size.slug: (size.cpu or cpu, size.memory_gib or memory_gib) for size in profile.options.sizes}
        for size, amounts in (sizes or {"": (cpu, memory_gib)}).items():
            guarantee = _capacity(*amounts, gpu=profile.gpu)
            pool = pools[name]
            choice = choose(offered, Wish.of_pool(pool))
            hour = server_hour(offered, choice.machine, guarantee, spot=pool.spot, disk_gib=pool.disk_gib)
            yield ServerCost(profile.slug, size, name, choice, guarantee, hour)


def _capacity(cpu: Amount, memory_gib: Amount, *, gpu: int) -> Capacity:
    return Capacity(
        millicores=round(cpu.guarantee * 1000), memory_bytes=round(memory_gib.guarantee * GIB), gpu=gpu, pods=1
    )
