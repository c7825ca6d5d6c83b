"""What a cluster that others run cannot give, told from the file alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.cluster_changes import NEW_CLUSTER
from components.contract import Refusal
from schemas.cluster import Cluster
from schemas.node_pool import NodePool

FIELDS = {
    "kubernetes_minor": "its version of Kubernetes is its owner's to choose",
    "maintenance_hour_utc": "it is maintained when its owner does it",
    "api_allowed_cidrs": "who reaches its API is its owner's to say",
    "admin_principals": "who may do everything there is its owner's to say",
    "log_retention_days": "its logs are kept where and as long as its owner does",
    "delete_untagged_images_after_days": "its registry is not made here",
    "network": "it has its addresses already",
    "dns_zone": "no zone of a cloud belongs to it, so you make hubs' records",
    "budget": "who pays for it, and how, is not known here",
    "github": "no identity can be made in it for workflows: they need a kubeconfig",
}
POOL_FIELDS = {
    "machine_type": "its nodes are there already",
    "spot": "its nodes are there already",
    "disk_gib": "its nodes have their disks already",
    "min_nodes": "how many nodes there are is its owner's to say, or its autoscaler's",
    "max_nodes": "how many nodes there are is its owner's to say, or its autoscaler's",
}


def cluster_refusals(cluster: Cluster) -> Iterator[Refusal]:
    """All of them; paths begin inside the cluster."""
    for field, reason in FIELDS.items():
        if cluster.asks_for(field):
            yield Refusal(path=(field,), fault=f"this cluster is there already: {reason}", remedy=f"remove {field}")
    if not cluster.node_pools:
        yield Refusal(
            path=("node_pools",),
            fault="there is no pool for people's servers",
            remedy="add one, e.g. node_pools: {user: {cpu: 4, memory_gib: 16}}: what servers may have of one node",
        )
    for name, pool in cluster.node_pools.items():
        yield from _pool(name, pool)
    yield from _homes(cluster)


def site_refusals(facts: Mapping[str, Any], cluster: Cluster) -> Iterator[Refusal]:
    """Another cluster, or other homes, than its hubs have."""
    asked = cluster.existing
    if asked is None:
        return
    had = facts["site"]["account"]
    if had != asked.context:
        yield Refusal(
            path=("existing", "context"),
            fault=f"its hubs are in the cluster of context {had}",
            remedy=f"rename the context if it is the same cluster (kubectl config rename-context NEW {had}); else "
            f"{NEW_CLUSTER}",
        )
    homes = facts["homes"]
    share = asked.home_nfs
    if homes.get("nfs_server") and share and (share.server, share.path) != (homes["nfs_server"], homes["nfs_path"]):
        yield _moved("home_nfs", f"{homes['nfs_server']}:{homes['nfs_path']}")
    if homes.get("storage_class") and asked.home_storage_class not in (None, homes["storage_class"]):
        yield _moved("home_storage_class", homes["storage_class"])
    if bool(homes.get("nfs_server")) != bool(share):
        yield _moved("home_nfs", f"{homes.get('nfs_server') or 'a volume of the cluster'}")


def _moved(field: str, had: str) -> Refusal:
    fault = f"people's files are on {had}, and would not move by themselves"
    return Refusal(path=("existing", field), fault=fault, remedy=NEW_CLUSTER)


def _pool(name: str, pool: NodePool) -> Iterator[Refusal]:
    if name == "core" and pool.role != "core":
        yield Refusal(
            path=("node_pools", name),
            fault=f"'core' is the pool that carries the hubs, and this one's role is {pool.role}",
            remedy="name it after what people use it for, e.g. user",
        )
    for field, reason in POOL_FIELDS.items():
        if getattr(pool, field) != NodePool.model_fields[field].default:
            path = ("node_pools", name, field)
            yield Refusal(path=path, fault=f"this cluster is there already: {reason}", remedy=f"remove {field}")


def _homes(cluster: Cluster) -> Iterator[Refusal]:
    asked, homes = cluster.existing, cluster.home_storage
    days = homes.backup_keep_days
    if days not in (0, type(homes).model_fields["backup_keep_days"].default):
        yield Refusal(
            path=("home_storage", "backup_keep_days"),
            fault=f"nobody takes copies for {days} days there: that is for whoever runs the storage",
            remedy="remove backup_keep_days",
        )
    if asked and asked.home_nfs and asked.home_storage_class:
        yield Refusal(
            path=("existing", "home_nfs"),
            fault="homes are on a share or on a volume of a storage class, and both are given",
            remedy="remove home_nfs or home_storage_class",
        )
    if homes.kind == "disk-nfs" and "kind" in homes.model_fields_set:
        yield Refusal(
            path=("home_storage", "kind"),
            fault="no disk is made here for an NFS server: homes are on a share, or on a volume all nodes can write",
            remedy="remove kind; give existing.home_nfs, or a storage class in existing.home_storage_class",
        )
    if homes.user_quota_gib:
        yield Refusal(
            path=("home_storage", "user_quota_gib"),
            fault="what one person may take of it is for whoever runs the storage to say",
            remedy="remove user_quota_gib",
        )
