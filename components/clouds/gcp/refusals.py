"""What Google Cloud cannot give of what a cluster asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from ipaddress import IPv4Network
from typing import Any

from components.clouds.gcp.names import CLUSTER
from components.clouds.gcp.regions import regions
from components.cluster_pools import cluster_pools, resolve_pool
from components.common_refusals import managed_homes_without, moved, no_room, too_long
from components.contract import Refusal
from components.machines.names import UnavailableError, unknown
from components.machines.offers import offer
from components.pool_refusals import pool_refusals
from schemas.cluster import Cluster
from schemas.community import Deployment
from schemas.gcp import GoogleCloud

POD_RANGE_BITS = 24
"""GKE gives each node a /24 of the pods' range for its 110 pods."""
RESERVED_ADDRESSES = 4
"""Of any subnet, by Google."""
FILESTORE_GIB = (1024, 65433)
"""BASIC_HDD: 1 TiB to 63.9 TiB."""
DISK_GIB = 65536
PRINCIPALS = ("user:", "group:", "serviceAccount:")


def cluster_refusals(name: str, cluster: Cluster) -> Iterator[Refusal]:
    """All of them; paths begin inside the cluster."""
    if cluster.gcp is None:
        return  # said by whoever checks that a provider has its section
    yield from _name(name)
    yield from _place(cluster.gcp)
    yield from pool_refusals(cluster, offer("gcp"))
    yield from _disks(cluster)
    yield from _addresses(cluster)
    yield from _homes(cluster)
    yield from _people(cluster, cluster.gcp)


def site_refusals(facts: Mapping[str, Any], cluster: Cluster) -> Iterable[Refusal]:
    """Another project or zone than the standing cluster's; nothing of empty facts."""
    asked = cluster.gcp
    if not facts or not asked:
        return ()
    site = facts["site"]
    return moved("gcp", (("project", site["account"], asked.project), ("zone", site["zone"], asked.zone)))


def bucket_refusals(deployment: Deployment) -> Iterator[Refusal]:
    """Google Cloud's "Bucket naming guidelines": none begins with goog, and none has google in it."""
    name = deployment.community
    if (deployment.hub.scratch or deployment.hub.buckets) and (name.startswith("goog") or "google" in name):
        yield Refusal(
            path=("community",),
            fault=f"the hub's buckets would have {name!r} in their names, and Google keeps such names for itself",
            remedy="rename the community",
        )
    for position, bucket in enumerate(deployment.hub.buckets):
        if "google" in bucket.name:
            yield Refusal(
                path=("hub", "buckets", position, "name"),
                fault="Google keeps names with google in them for itself",
                remedy="choose another name",
            )


def _name(name: str) -> Iterator[Refusal]:
    yield from too_long(name, CLUSTER, who="Google")
    if not name[:1].isalpha():
        yield Refusal(
            path=(), fault=f"the name {name!r} starts with a digit, and Google wants a letter", remedy="rename it"
        )


def _place(asked: GoogleCloud) -> Iterator[Refusal]:
    if asked.region not in regions():
        error = unknown(asked.region, regions(), what="region of Google Cloud", kind="regions")
        yield Refusal(path=("gcp", "zone"), fault=error.fault, remedy=error.remedy)
    key = asked.kms_key
    if key and f"/locations/{asked.region}/" not in key:
        yield Refusal(
            path=("gcp", "kms_key"),
            fault=f"the key is in another place than the cluster, which is in {asked.region}",
            remedy=f"make one in {asked.region}: disks, registry and cluster want their key beside them",
        )


def _disks(cluster: Cluster) -> Iterator[Refusal]:
    """The NFS server is on a core node, and its disk is a Persistent Disk."""
    for name, pool in cluster.node_pools.items():
        if pool.role == "core" and cluster.home_storage.kind == "disk-nfs":
            with suppress(UnavailableError):  # said of the pool
                machine = resolve_pool(name, pool, offer("gcp")).choice.machine
                if "hyperdisk" in machine.needs:
                    yield Refusal(
                        path=("node_pools", name),
                        fault=f"{machine.name} takes Hyperdisks alone, and the disk of home directories is none",
                        remedy="name a machine_type of another family for it, e.g. one of e2 or n2",
                    )


def _addresses(cluster: Cluster) -> Iterator[Refusal]:
    try:
        nodes = sum(pool.max_nodes for pool in cluster_pools(cluster, offer("gcp")))
    except UnavailableError:
        return  # said of the pool
    asked = cluster.network
    rooms = {
        "cidr": IPv4Network(asked.cidr).num_addresses - RESERVED_ADDRESSES,
        "pod_cidr": IPv4Network(asked.pod_cidr).num_addresses >> (32 - POD_RANGE_BITS),
    }
    yield from no_room(cluster, nodes, rooms)


def _homes(cluster: Cluster) -> Iterator[Refusal]:
    asked = cluster.home_storage
    least, most = FILESTORE_GIB if asked.kind == "managed-nfs" else (10, DISK_GIB)
    if not least <= asked.size_gib <= most:
        yield Refusal(
            path=("home_storage", "size_gib"),
            fault=f"{asked.size_gib} GiB, and Google allows {least} to {most} with kind {asked.kind}",
            remedy="use kind: disk-nfs for less than that" if asked.kind == "managed-nfs" else "change it",
        )
    if asked.kind == "managed-nfs" and cluster.gcp and cluster.gcp.kms_key:
        yield Refusal(
            path=("gcp", "kms_key"),
            fault="Filestore of this tier takes no keys but Google's",
            remedy="use kind: disk-nfs, or remove kms_key",
        )
    yield from managed_homes_without(
        cluster,
        quotas="Filestore knows no quotas for people",
        backups="Filestore of this tier takes no snapshots on a schedule",
    )


def _people(cluster: Cluster, asked: GoogleCloud) -> Iterator[Refusal]:
    if cluster.budget and not asked.billing_account:
        yield Refusal(
            path=("budget",),
            fault="a budget belongs to a billing account, and none is given",
            remedy="add gcp.billing_account; find it with: gcloud billing accounts list",
        )
    for position, principal in enumerate(cluster.admin_principals):
        if not principal.startswith(PRINCIPALS) or "@" not in principal:
            yield Refusal(
                path=("admin_principals", position),
                fault=f"{principal!r} is nobody in Google's notation",
                remedy="write user:, group: or serviceAccount: before an e-mail address",
            )
