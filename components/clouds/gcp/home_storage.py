"""People's files on Google Cloud: a disk for an NFS server of ours, or Filestore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_gcp as gcp

from components.kubernetes_contract import DiskHomes, HomeStorageArgs, NfsHomes

SNAPSHOTS_START_UTC = "04:00"
SHARE = "homes"
"""Filestore allows 16 characters for its smallest tiers."""


class HomeStorage(pulumi.ComponentResource):
    """Grows online; what would shrink or replace it is refused, and destroying the stack leaves it."""

    contract_outputs: DiskHomes | NfsHomes

    def __init__(self, name: str, args: HomeStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:HomeStorage", name, None, opts)
        self._data = pulumi.ResourceOptions(parent=self, protect=args.protect, retain_on_delete=args.keep_data)
        self.contract_outputs = self._disk(name, args) if args.kind == "disk-nfs" else self._filestore(name, args)
        self.register_outputs({})

    def _disk(self, name: str, args: HomeStorageArgs) -> DiskHomes:
        key = args.site.kms_key_id
        disk = gcp.compute.Disk(
            name,
            name=name,
            zone=args.site.zone,
            type="pd-balanced",
            size=args.size_gib,
            disk_encryption_key={"kms_key_self_link": key} if key else None,
            # Whoever deletes it by mistake finds one last snapshot.
            create_snapshot_before_destroy=True,
            opts=self._data,
        )
        if args.snapshot_keep_days:
            self._snapshots(name, args, disk)
        return DiskHomes(csi_driver="pd.csi.storage.gke.io", volume_handle=disk.id, fs_type="xfs", zone=args.site.zone)

    def _snapshots(self, name: str, args: HomeStorageArgs, disk: gcp.compute.Disk) -> None:
        child = pulumi.ResourceOptions(parent=self)
        policy = gcp.compute.ResourcePolicy(
            f"{name}-daily",
            name=f"{name}-daily",
            region=args.site.region,
            snapshot_schedule_policy={
                "schedule": {"daily_schedule": {"days_in_cycle": 1, "start_time": SNAPSHOTS_START_UTC}},
                "retention_policy": {
                    "max_retention_days": args.snapshot_keep_days,
                    # Snapshots are for the day on which the disk is gone.
                    "on_source_disk_delete": "KEEP_AUTO_SNAPSHOTS",
                },
                "snapshot_properties": {"storage_locations": args.site.region, "labels": {"hubs-disk": name}},
            },
            opts=child,
        )
        gcp.compute.DiskResourcePolicyAttachment(
            f"{name}-daily", name=policy.name, disk=disk.name, zone=args.site.zone, opts=child
        )

    def _filestore(self, name: str, args: HomeStorageArgs) -> NfsHomes:
        instance = gcp.filestore.Instance(
            name,
            name=name,
            location=args.site.zone,
            tier="BASIC_HDD",
            file_shares={
                "name": SHARE,
                "capacity_gb": args.size_gib,
                # Nodes mount for pods; a pod that speaks NFS by itself would be anybody there.
                "nfs_export_options": [
                    {"ip_ranges": [args.client_cidr], "access_mode": "READ_WRITE", "squash_mode": "NO_ROOT_SQUASH"}
                ],
            },
            networks=[{"network": args.network.network_id, "modes": ["MODE_IPV4"], "connect_mode": "DIRECT_PEERING"}],
            deletion_protection_enabled=args.keep_data,
            deletion_protection_reason="People's home directories",
            opts=self._data,
        )
        return NfsHomes(
            nfs_server=instance.networks.apply(_address),
            nfs_path=f"/{SHARE}",
            mount_options=("nfsvers=3", "hard", "noatime"),
        )


def _address(networks: Sequence[Any]) -> str:
    return str(networks[0].ip_addresses[0])
