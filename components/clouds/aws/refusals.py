"""What AWS cannot give of what a cluster asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from components.clouds.aws.names import CLUSTER
from components.clouds.aws.regions import regions
from components.cluster_pools import ResolvedPool, cluster_pools
from components.common_refusals import moved, too_long
from components.contract import Refusal
from components.machines.names import UnavailableError, unknown
from components.machines.offers import offer
from components.pool_refusals import pool_refusals
from schemas.aws import AmazonWebServices
from schemas.cluster import Cluster
from schemas.kubernetes import HomeStorage, Network

PREFIXES = (16, 24)
"""A network of AWS's is a /16 at most; below a /24 the control plane's own subnets no longer fit."""
SERVICE_PREFIXES = (12, 24)
"""botocore 1.44.5, eks KubernetesNetworkConfigRequest: service CIDRs."""
SERVICE_RANGES = tuple(IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
RESERVED_ADDRESSES = 5
"""Of any subnet, by AWS."""
ADDRESSES_BESIDE_PODS = 20
"""Of a node at most: 5 kept ready for the next pods, and one for each network interface, of which no machine's first
card has more than 15."""
LEAST_DISK_GIB = 20
"""EKS user guide: the disk of its own images."""
# botocore 1.44.5, logs Days.
LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
PRINCIPAL = re.compile(r"arn:aws:iam::[0-9]{12}:(user|role)/[\w+=,.@/-]+")


def cluster_refusals(name: str, cluster: Cluster) -> Iterator[Refusal]:
    """All of them; paths begin inside the cluster."""
    if cluster.aws is None:
        return  # said by whoever checks that a provider has its section
    yield from too_long(name, CLUSTER, who="AWS")
    yield from _place(cluster.aws)
    yield from pool_refusals(cluster, offer("aws"))
    yield from _disks(cluster)
    yield from _network(cluster.network)
    yield from _addresses(cluster)
    yield from _homes(cluster.home_storage)
    yield from _times(cluster)
    yield from _people(cluster, cluster.aws)


def site_refusals(facts: Mapping[str, Any], cluster: Cluster) -> Iterable[Refusal]:
    """Another account or zone than the standing cluster's; nothing of empty facts."""
    asked = cluster.aws
    if not facts or not asked:
        return ()
    site = facts["site"]
    return moved("aws", (("account_id", site["account"], asked.account_id), ("zone", site["zone"], asked.zone)))


def _place(asked: AmazonWebServices) -> Iterator[Refusal]:
    if asked.region not in regions():
        error = unknown(asked.region, regions(), what="region of AWS", kind="regions")
        yield Refusal(path=("aws", "zone"), fault=error.fault, remedy=error.remedy)
    if asked.kms_key and asked.kms_key.split(":")[3] != asked.region:
        yield Refusal(
            path=("aws", "kms_key"),
            fault=f"the key is in another region than the cluster, which is in {asked.region}",
            remedy=f"make one in {asked.region}: disks, buckets and cluster want their key beside them",
        )


def _disks(cluster: Cluster) -> Iterator[Refusal]:
    for name, pool in cluster.node_pools.items():
        if pool.disk_gib < LEAST_DISK_GIB:
            yield Refusal(
                path=("node_pools", name, "disk_gib"),
                fault=f"the system of EKS's nodes takes {LEAST_DISK_GIB} GiB",
                remedy=f"write at least {LEAST_DISK_GIB}",
            )


def _network(asked: Network) -> Iterator[Refusal]:
    widest, narrowest = PREFIXES
    if not widest <= IPv4Network(asked.cidr).prefixlen <= narrowest:
        yield Refusal(
            path=("network", "cidr"),
            fault=f"{asked.cidr} is not a /{widest} to /{narrowest}, which a cluster on AWS needs",
            remedy="write e.g. cidr: 10.0.0.0/16",
        )
    services = IPv4Network(asked.service_cidr)
    private = any(services.subnet_of(wide) for wide in SERVICE_RANGES)
    if not private or not SERVICE_PREFIXES[0] <= services.prefixlen <= SERVICE_PREFIXES[1]:
        yield Refusal(
            path=("network", "service_cidr"),
            fault=f"EKS wants a private range of /{SERVICE_PREFIXES[0]} to /{SERVICE_PREFIXES[1]}",
            remedy="write e.g. service_cidr: 10.8.0.0/20",
        )
    if asked.pod_cidr != Network.model_fields["pod_cidr"].default:
        yield Refusal(
            path=("network", "pod_cidr"),
            fault="on AWS pods have addresses of cidr, as nodes have",
            remedy="remove pod_cidr, and make cidr wide enough for both",
        )


def _addresses(cluster: Cluster) -> Iterator[Refusal]:
    """Pods have addresses of their nodes' subnet, which is half of the network."""
    try:
        wanted = sum(pool.max_nodes * addresses(pool) for pool in cluster_pools(cluster, offer("aws")))
    except UnavailableError:
        return  # said of the pool
    asked = IPv4Network(cluster.network.cidr)
    room = asked.num_addresses // 2 - RESERVED_ADDRESSES
    if wanted <= room or asked.prefixlen > PREFIXES[1]:
        return
    fits = 32 - ((wanted + RESERVED_ADDRESSES) * 2 - 1).bit_length()
    wider = f"write a /{fits}" if fits >= PREFIXES[0] else f"write a /{PREFIXES[0]}, and lower max_nodes"
    yield Refusal(
        path=("network", "cidr"),
        fault=f"half of {asked} has room for {room} nodes and pods, and the pools may have {wanted} together",
        remedy=f"{wider} before the first deploy, or lower max_nodes",
    )


def addresses(pool: ResolvedPool) -> int:
    """What one node may take of its subnet, full of pods."""
    return offer("aws").allocatable(pool.choice.machine).pods + ADDRESSES_BESIDE_PODS


def _homes(asked: HomeStorage) -> Iterator[Refusal]:
    if asked.kind != "managed-nfs":
        return
    default = HomeStorage.model_fields["size_gib"].default
    for field, unfit, fault in (
        ("user_quota_gib", asked.user_quota_gib is not None, "EFS knows no quotas for people"),
        ("size_gib", asked.size_gib != default, "EFS has no size: it grows with what is in it, and so does the bill"),
    ):
        if unfit:
            yield Refusal(path=("home_storage", field), fault=fault, remedy=f"use kind: disk-nfs, or remove {field}")


def _times(cluster: Cluster) -> Iterator[Refusal]:
    if cluster.log_retention_days not in LOG_DAYS:
        nearest = next((days for days in LOG_DAYS if days > cluster.log_retention_days), LOG_DAYS[-1])
        yield Refusal(
            path=("log_retention_days",),
            fault=f"AWS keeps logs for {', '.join(map(str, LOG_DAYS[:12]))} days, and for longer times of its own",
            remedy=f"write {nearest}",
        )
    if cluster.asks_for("maintenance_hour_utc"):
        yield Refusal(
            path=("maintenance_hour_utc",),
            fault="EKS maintains its control plane when it likes, and no node by itself",
            remedy="remove maintenance_hour_utc",
        )


def _people(cluster: Cluster, asked: AmazonWebServices) -> Iterator[Refusal]:
    if not cluster.admin_principals and cluster.github is None:
        yield Refusal(
            path=("admin_principals",),
            fault="nobody could enter the cluster: on AWS whoever makes it has no rights in it by that",
            remedy="name your role or user, as in: aws sts get-caller-identity; or add github",
        )
    for position, principal in enumerate(cluster.admin_principals):
        if not PRINCIPAL.fullmatch(principal):
            yield Refusal(
                path=("admin_principals", position),
                fault=f"{principal!r} is not the ARN of a role or user",
                remedy=f"write e.g. arn:aws:iam::{asked.account_id}:role/hub-admins; a session's role, not the session",
            )
