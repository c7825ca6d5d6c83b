"""A cluster in itself, whoever uses it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from components.clouds import cloud
from deployer.config.checks.finding import Finding
from schemas.cluster import SECTIONS, Cluster

RANGES = ("cidr", "pod_cidr", "service_cidr")


def check_cluster(name: str, cluster: Cluster) -> Iterator[Finding]:
    """Pools, addresses, and what its cloud refuses; paths begin inside the cluster."""
    yield from _sections(cluster)
    yield from _pools(cluster)
    yield from _ranges(cluster)
    for refusal in cloud(cluster.provider).cluster_refusals(name, cluster):
        yield Finding(refusal.path, refusal.fault, refusal.remedy)


def _sections(cluster: Cluster) -> Iterator[Finding]:
    for section in SECTIONS:
        if section != cluster.provider and cluster.asks_for(section):
            yield Finding(
                (section,),
                f"these are settings of provider {section}, and the provider is {cluster.provider}",
                f"remove {section}, or write provider: {section}",
            )
    if getattr(cluster, cluster.provider) is None:
        yield Finding(
            ("provider",),
            f"provider {cluster.provider} needs its section",
            f"add {cluster.provider}: with its settings",
        )


def _pools(cluster: Cluster) -> Iterator[Finding]:
    for name, pool in cluster.node_pools.items():
        if pool.min_nodes > pool.max_nodes:
            yield Finding(
                ("node_pools", name, "max_nodes"),
                f"max_nodes {pool.max_nodes} is below min_nodes {pool.min_nodes}",
                "raise max_nodes or lower min_nodes",
            )
    if cluster.node_pools and not any(pool.role == "user" for pool in cluster.node_pools.values()):
        yield Finding(("node_pools",), "no pool is for people's servers", "give one of them role: user")


def _ranges(cluster: Cluster) -> Iterator[Finding]:
    ranges = {field: IPv4Network(getattr(cluster.network, field)) for field in RANGES}
    for one, other in combinations(RANGES, 2):
        if ranges[one].overlaps(ranges[other]):
            yield Finding(
                ("network", other),
                f"{ranges[other]} overlaps {one} {ranges[one]}",
                "nodes, pods and services each need addresses of their own",
            )
