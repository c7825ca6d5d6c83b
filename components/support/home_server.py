"""Home directories on a disk: one NFS server for all hubs of the cluster, with a quota for each person."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.kubernetes_contract import DiskHomes
from components.support.placing import CORE_NODES, namespace
from components.support.quotas import quota_snippet
from components.support.release import release
from components.support.requests import resources

NAMESPACE = "homes"
CHART = "jupyterhub-home-nfs"
VOLUME = "home-nfs"
"""What the chart calls its claim when it is given no other name."""
CLAIMED = "1M"
"""The chart's own figure, plainly not the disk's: the server uses all of the disk, and a claim cannot be changed."""
NFS_PORT = 2049
ADDRESS_NUMBER = 11
"""Which address of the range of services is the server's.

Kubernetes keeps the first 16 or more of the range for addresses that are chosen (KEP-3070); the first and the tenth
are those of the API and of the DNS.
"""
# As the chart mounts its own volumes; the last one makes quotas possible.
MOUNT_OPTIONS = ("rw", "relatime", "nouuid", "attr2", "inode64", "logbufs=8", "logbsize=32k", "pquota")
CLIENT_OPTIONS = ("nfsvers=4.1", "hard", "noatime")


def server_address(service_cidr: str) -> str:
    """The server's address, the same for as long as the cluster lives.

    Volumes of hubs hold it, and can be edited no more than nodes can look up names of services.
    """
    return str(IPv4Network(service_cidr)[ADDRESS_NUMBER])


def values(user_quota_gib: int | None) -> dict[str, Any]:
    """Of the chart. Its branches for single clouds stay off: the volume is made here, for any of them."""
    enforcer: dict[str, Any] = {"enabled": user_quota_gib is not None, "resources": resources("home-quotas")}
    if user_quota_gib is not None:
        enforcer |= {
            "config": {"QuotaManager": {"hard_quota": user_quota_gib}},
            "extraConfig": {"folders-of-all-hubs": quota_snippet()},
        }
    return {
        "fullnameOverride": "",
        "nfsServer": {"resources": resources("home-server")},
        "quotaEnforcer": enforcer,
        "autoResizer": {"enabled": True, "resources": resources("home-growth")},
        "nodeExporter": {"enabled": True, "resources": resources("home-metrics")},
        "persistentVolume": {"size": CLAIMED},
        "nodeSelector": CORE_NODES,
    }


def volume(disk: DiskHomes) -> kubernetes.core.v1.PersistentVolumeSpecArgsDict:
    """The cluster's disk as Kubernetes sees it, for the server's claim alone."""
    return {
        "capacity": {"storage": CLAIMED},
        "access_modes": ["ReadWriteOnce"],
        "volume_mode": "Filesystem",
        # The disk is the cloud's, and outlives all of this.
        "persistent_volume_reclaim_policy": "Retain",
        "storage_class_name": "",
        "claim_ref": {"namespace": NAMESPACE, "name": VOLUME},
        "csi": {"driver": disk.csi_driver, "fs_type": disk.fs_type, "volume_handle": disk.volume_handle},
        "mount_options": list(MOUNT_OPTIONS),
    }


class HomeServer(pulumi.ComponentResource):
    """Serves the cluster's disk. Runs privileged: it mounts, grows and measures a file system."""

    facts: Mapping[str, Any]
    """How hubs mount it."""

    def __init__(
        self,
        name: str,
        disk: DiskHomes,
        *,
        user_quota_gib: int | None,
        service_cidr: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:HomeServer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = namespace(name, NAMESPACE, "privileged", child)
        disk_volume = kubernetes.core.v1.PersistentVolume(
            f"{name}-home-disk", metadata={"name": f"{name}-homes"}, spec=volume(disk), opts=child
        )
        server = release(
            name,
            CHART,
            place,
            values(user_quota_gib),
            pulumi.ResourceOptions(parent=self, depends_on=[disk_volume]),
        )
        service = kubernetes.core.v1.Service(
            f"{name}-home-server",
            metadata={
                "name": "home-server",
                "namespace": NAMESPACE,
                # The release has waited for the pods already.
                "annotations": {"pulumi.com/skipAwait": "true"},
            },
            spec={
                "cluster_ip": server_address(service_cidr),
                "selector": {"app": "nfs-server"},
                "ports": [{"name": "nfs", "port": NFS_PORT, "protocol": "TCP"}],
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[server]),
        )
        self.facts = {
            "nfs_server": service.spec.cluster_ip,
            # Where the chart's server exports the disk.
            "nfs_path": "/",
            "mount_options": list(CLIENT_OPTIONS),
        }
        self.register_outputs(self.facts)
