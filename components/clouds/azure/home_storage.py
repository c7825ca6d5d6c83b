"""People's files on Azure: a disk for an NFS server of ours, or Azure Files."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import compute, storage

from components.clouds.azure.home_backup import HomeBackup
from components.clouds.azure.names import STORAGE_ACCOUNT, group, world_name
from components.kubernetes_contract import DiskHomes, HomeStorageArgs, NfsHomes

SHARE = "homes"


class HomeStorage(pulumi.ComponentResource):
    """Grows online; what would shrink or replace it is refused, and destroying the stack leaves it."""

    contract_outputs: DiskHomes | NfsHomes

    def __init__(self, name: str, args: HomeStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:HomeStorage", name, None, opts)
        self._data = pulumi.ResourceOptions(
            parent=self,
            protect=args.protect,
            retain_on_delete=args.keep_data,
            depends_on=args.network.ready,
        )
        self.contract_outputs = self._disk(name, args) if args.kind == "disk-nfs" else self._share(name, args)
        self.register_outputs({})

    def _disk(self, name: str, args: HomeStorageArgs) -> DiskHomes:
        key = args.site.kms_key_id
        disk = compute.Disk(
            name,
            resource_group_name=group(args.site),
            disk_name=name,
            location=args.site.region,
            tags=args.site.labels,
            zones=[args.site.zone],
            sku={"name": "Premium_LRS"},
            disk_size_gb=args.size_gib,
            creation_data={"create_option": "Empty"},
            encryption={"type": "EncryptionAtRestWithCustomerKey", "disk_encryption_set_id": key} if key else None,
            # It can be attached to nodes, and not be downloaded by a link.
            network_access_policy="DenyAll",
            public_network_access="Disabled",
            opts=self._data,
        )
        if args.snapshot_keep_days:
            HomeBackup(name, args, disk, self._data, pulumi.ResourceOptions(parent=self))
        return DiskHomes(
            csi_driver="disk.csi.azure.com",
            volume_handle=disk.id,
            fs_type="xfs",
            # As nodes are labelled.
            zone=f"{args.site.region}-{args.site.zone}",
        )

    def _share(self, name: str, args: HomeStorageArgs) -> NfsHomes:
        account_name = world_name(name, args.site, STORAGE_ACCOUNT)
        account = storage.StorageAccount(
            name,
            resource_group_name=group(args.site),
            account_name=account_name,
            location=args.site.region,
            tags=args.site.labels,
            kind="FileStorage",
            sku={"name": "Premium_LRS"},
            # NFS does not speak HTTPS; the rules below say who may speak it at all.
            enable_https_traffic_only=False,
            minimum_tls_version="TLS1_2",
            allow_shared_key_access=False,
            allow_blob_public_access=False,
            allow_cross_tenant_replication=False,
            network_rule_set={
                "default_action": storage.DefaultAction.DENY,
                "bypass": "None",
                # Nodes mount for pods; a pod that speaks NFS by itself would be anybody there.
                "virtual_network_rules": [
                    {"virtual_network_resource_id": subnet, "action": storage.Action.ALLOW}
                    for subnet in args.network.node_subnet_ids
                ],
            },
            opts=self._data,
        )
        storage.FileShare(
            name,
            resource_group_name=group(args.site),
            account_name=account.name,
            share_name=SHARE,
            share_quota=args.size_gib,
            enabled_protocols="NFS",
            root_squash="NoRootSquash",
            opts=self._data,
        )
        return NfsHomes(
            nfs_server=pulumi.Output.concat(account.name, ".file.core.windows.net"),
            nfs_path=f"/{account_name}/{SHARE}",
            mount_options=("nfsvers=4.1", "sec=sys", "hard", "noatime"),
        )
