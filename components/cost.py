"""What a cluster and the servers on it cost: the month in which nobody computes, and an hour of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components.cluster_pools import CORE, ResolvedPool, cluster_pools
from components.cluster_region import beyond_catalogue
from components.machines.offers import Offer as Offered
from components.machines.offers import offer
from components.machines.pricing import Hour, Kept, Month, Standing, idle_month, server_hour
from components.server_sizes import ServerSize, pool_of, server_sizes
from schemas.cluster import Cluster
from schemas.community import Deployment


@dataclass(frozen=True)
class ServerCost:
    """One choice on the page where people start servers."""

    profile: str
    size: ServerSize
    pool: ResolvedPool
    hour: Hour


@dataclass(frozen=True)
class Cost:
    """All of it, with what it was reckoned from."""

    offer: Offered
    elsewhere: str
    """What is unknown because the cluster stands in another region than that of the prices; empty if it does not."""
    pools: tuple[ResolvedPool, ...]
    """The core pool first."""
    month: Month
    servers: tuple[ServerCost, ...] = ()
    """Empty for a cluster alone."""


def cluster_cost(cluster: Cluster, *, homes_gib: int | None = None) -> Cost:
    """The costs of a cluster alone; homes are of the size in its file unless another is given.

    Raises UnavailableError where no prices of its provider are known, or a pool asks for what its cloud does not have.
    """
    offered = offer(cluster.provider)
    pools = tuple(cluster_pools(cluster, offered))
    month = idle_month(offered, _standing(cluster, pools, homes_gib))
    return Cost(offered, beyond_catalogue(cluster, offered.catalogue), pools, month)


def community_cost(deployment: Deployment, *, homes_gib: int | None = None) -> Cost:
    """The costs of one stage's cluster and of its servers. Raises UnavailableError as `cluster_cost` does."""
    cost = cluster_cost(deployment.cluster, homes_gib=homes_gib)
    servers = tuple(_servers(cost.offer, deployment, {pool.name: pool for pool in cost.pools}))
    return Cost(cost.offer, cost.elsewhere, cost.pools, cost.month, servers)


def _standing(cluster: Cluster, pools: Iterable[ResolvedPool], homes_gib: int | None) -> Standing:
    core, *others = pools
    monitoring = cluster.support.monitoring
    return Standing(
        core=core.choice.machine,
        core_nodes=core.min_nodes or 1,
        core_disk_gib=core.disk_gib,
        kept=tuple(
            Kept(pool.name, pool.choice.machine, pool.min_nodes, pool.disk_gib, spot=pool.spot)
            for pool in others
            if pool.min_nodes
        ),
        homes_kind=cluster.home_storage.kind,
        homes_gib=homes_gib or cluster.home_storage.size_gib,
        measurements_gib=monitoring.size_gib if monitoring.enabled else 0,
        egress_addresses=cluster.network.egress_addresses,
    )


def _servers(offered: Offered, deployment: Deployment, pools: dict[str, ResolvedPool]) -> Iterator[ServerCost]:
    for profile in deployment.hub.profiles or (None,):
        pool = pools.get(pool_of(deployment, profile) or "")
        if pool is None or pool.role == CORE:
            continue  # a check of the file says so
        for size in server_sizes(deployment, profile):
            hour = server_hour(offered, pool.choice.machine, size.guarantee, spot=pool.spot, disk_gib=pool.disk_gib)
            yield ServerCost(profile.slug if profile else "every server", size, pool, hour)
