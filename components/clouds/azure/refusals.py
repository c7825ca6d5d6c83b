"""What Azure cannot give of what a cluster asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any

from components.clouds.azure.names import CLUSTER
from components.clouds.azure.regions import regions
from components.cluster_changes import NEW_CLUSTER
from components.cluster_pools import CORE, cluster_pools
from components.common_refusals import managed_homes_without, moved, no_room, too_long
from components.contract import Refusal
from components.machines.names import UnavailableError, unknown
from components.machines.offers import offer
from components.pool_refusals import pool_refusals
from schemas.azure import UUID, Azure
from schemas.cluster import Cluster
from schemas.community import Deployment

POD_RANGE_BITS = 24
"""AKS gives each node a /24 of the pods' range, whatever its number of pods."""
RESERVED_ADDRESSES = 5
"""Of any subnet, by Azure."""
SERVICE_RANGE_BITS = 12
"""AKS wants the services' range smaller than that."""
NODE_DISK_GIB = (30, 2048)
DISK_GIB = (10, 32767)
"""A Premium SSD's most."""
SHARE_GIB = (100, 102400)
"""A premium file share's."""
LOG_DAYS = (30, 730)
"""Of a Log Analytics workspace."""
NO_REQUESTER_PAYS = "Azure has no buckets whose readers pay"
PRINCIPAL = re.compile(rf"(user|group|servicePrincipal):{UUID}")


def cluster_refusals(name: str, cluster: Cluster) -> Iterator[Refusal]:
    """All of them; paths begin inside the cluster."""
    if cluster.azure is None:
        return  # said by whoever checks that a provider has its section
    yield from too_long(name, CLUSTER, who="Azure")
    yield from _place(cluster.azure)
    yield from pool_refusals(cluster, offer("azure"))
    yield from _pools(cluster)
    yield from _addresses(cluster)
    yield from _homes(cluster)
    yield from _logs(cluster)
    yield from _people(cluster)


def site_refusals(facts: Mapping[str, Any], cluster: Cluster) -> Iterator[Refusal]:
    """Another subscription, region, zone or key, or another group by name; nothing of empty facts."""
    asked = cluster.azure
    if not facts or not asked:
        return
    site = facts["site"]
    places = (
        ("subscription_id", site["account"], asked.subscription_id),
        ("location", site["region"], asked.location),
        ("zone", site["zone"], asked.zone),
        ("resource_group", site["group"], asked.resource_group or site["group"]),
    )
    yield from moved("azure", places)
    if site["kms_key_id"] != asked.disk_encryption_set:
        yield Refusal(
            path=("azure", "disk_encryption_set"),
            fault="a cluster's disks keep the key that they were made with",
            remedy=NEW_CLUSTER,
        )


def bucket_refusals(deployment: Deployment) -> Iterator[Refusal]:
    """Buckets whose readers pay."""
    for position, bucket in enumerate(deployment.hub.buckets):
        if bucket.requester_pays:
            yield Refusal(
                path=("hub", "buckets", position, "requester_pays"),
                fault=NO_REQUESTER_PAYS,
                remedy="remove it, or choose another cloud",
            )


def _place(asked: Azure) -> Iterator[Refusal]:
    known = regions()
    if asked.location in known.without_zones:
        yield Refusal(
            path=("azure", "location"),
            fault=f"{asked.location} has no zones, and a cluster's nodes and disks are in one",
            remedy="choose a region that has them, e.g. one of its neighbours",
        )
    elif asked.location not in known.with_zones:
        error = unknown(asked.location, known.with_zones, what="region of Azure", kind="regions")
        yield Refusal(path=("azure", "location"), fault=error.fault, remedy=error.remedy)
    key = asked.disk_encryption_set
    if key and not key.startswith(f"/subscriptions/{asked.subscription_id}/"):
        yield Refusal(
            path=("azure", "disk_encryption_set"),
            fault="the set is in another subscription than the cluster, and its disks could not use it",
            remedy=f"make one in {asked.subscription_id}, in {asked.location}",
        )


def _pools(cluster: Cluster) -> Iterator[Refusal]:
    least, most = NODE_DISK_GIB
    core = offer("azure").catalogue.core_minimum
    for name, pool in cluster.node_pools.items():
        if not least <= pool.disk_gib <= most:
            yield Refusal(
                path=("node_pools", name, "disk_gib"),
                fault=f"{pool.disk_gib} GiB, and AKS allows {least} to {most} for a node's system disk",
                remedy="change it",
            )
        machine = offer("azure").catalogue.machine_types.get(pool.machine_type or "")
        if pool.role == CORE and machine is not None and machine.cpu < core.cpu:
            yield Refusal(
                path=("node_pools", name, "machine_type"),
                fault=f"{machine.name} has {machine.cpu} cores, and AKS wants {core.cpu:g} for the nodes that carry it",
                remedy="choose a larger one, or remove machine_type",
            )


def _addresses(cluster: Cluster) -> Iterator[Refusal]:
    asked = cluster.network
    if IPv4Network(asked.service_cidr).prefixlen <= SERVICE_RANGE_BITS:
        yield Refusal(
            path=("network", "service_cidr"),
            fault=f"{asked.service_cidr}, and AKS wants a range smaller than /{SERVICE_RANGE_BITS}",
            remedy="narrow it, e.g. to a /20",
        )
    try:
        # A pool that is upgraded has one node more.
        nodes = sum(pool.max_nodes + 1 for pool in cluster_pools(cluster, offer("azure")))
    except UnavailableError:
        return  # said of the pool
    rooms = {
        "cidr": IPv4Network(asked.cidr).num_addresses - RESERVED_ADDRESSES,
        "pod_cidr": IPv4Network(asked.pod_cidr).num_addresses >> (32 - POD_RANGE_BITS),
    }
    yield from no_room(cluster, nodes, rooms, beside=", with one more each while they are upgraded")


def _homes(cluster: Cluster) -> Iterator[Refusal]:
    asked = cluster.home_storage
    managed = asked.kind == "managed-nfs"
    least, most = SHARE_GIB if managed else DISK_GIB
    if not least <= asked.size_gib <= most:
        yield Refusal(
            path=("home_storage", "size_gib"),
            fault=f"{asked.size_gib} GiB, and Azure allows {least} to {most} with kind {asked.kind}",
            remedy="use kind: disk-nfs for less than that" if managed else "use kind: managed-nfs for more than that",
        )
    yield from managed_homes_without(
        cluster,
        quotas="Azure Files knows no quotas for people",
        backups="Azure Backup copies no NFS shares, as far as is known",
    )


def _logs(cluster: Cluster) -> Iterator[Refusal]:
    least, most = LOG_DAYS
    if not least <= cluster.log_retention_days <= most:
        yield Refusal(
            path=("log_retention_days",),
            fault=f"{cluster.log_retention_days} days, and Azure allows {least} to {most}",
            remedy="change it",
        )


def _people(cluster: Cluster) -> Iterator[Refusal]:
    if cluster.budget and cluster.budget.usd_per_month is None:
        yield Refusal(
            path=("budget",),
            fault="Azure compares a bill with an amount, and not with last month's",
            remedy="add usd_per_month",
        )
    for position, principal in enumerate(cluster.admin_principals):
        if not PRINCIPAL.fullmatch(principal):
            yield Refusal(
                path=("admin_principals", position),
                fault=f"{principal!r} is nobody in Azure's notation",
                remedy="write user:, group: or servicePrincipal: before the object id, which "
                "`az ad user show --id NAME --query id` (or group, or sp) tells",
            )
