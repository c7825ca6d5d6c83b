"""A cluster in itself, whoever uses it."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.config.checks.finding import Finding
from schemas.cluster import Cluster


def check_cluster(cluster: Cluster) -> Iterator[Finding]:
    """Node pools; paths begin inside the cluster."""
    for name, pool in cluster.node_pools.items():
        if pool.min_nodes > pool.max_nodes:
            yield Finding(
                ("node_pools", name, "max_nodes"),
                f"max_nodes {pool.max_nodes} is below min_nodes {pool.min_nodes}",
                "raise max_nodes or lower min_nodes",
            )
    if cluster.node_pools and not any(pool.role == "user" for pool in cluster.node_pools.values()):
        yield Finding(("node_pools",), "no pool is for people's servers", "give one of them role: user")
