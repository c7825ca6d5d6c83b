"""People's files on AWS: a disk for an NFS server of ours, or EFS."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.clouds.aws.backups import daily_copies, daily_snapshots
from components.kubernetes_contract import DiskHomes, HomeStorageArgs, NfsHomes

DISKS = "ebs.csi.aws.com"
"""The driver of the add-on that attaches disks."""
NFS_PORT = 2049
HOMES_TAG = "hubs-homes"
"""By which snapshots find the disk."""


class HomeStorage(pulumi.ComponentResource):
    """Grows online; what would shrink or replace it is refused, and destroying the stack leaves it."""

    contract_outputs: DiskHomes | NfsHomes

    def __init__(self, name: str, args: HomeStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:HomeStorage", name, None, opts)
        self._data = pulumi.ResourceOptions(parent=self, protect=args.protect, retain_on_delete=args.keep_data)
        self.contract_outputs = self._disk(name, args) if args.kind == "disk-nfs" else self._file_system(name, args)
        self.register_outputs({})

    def _disk(self, name: str, args: HomeStorageArgs) -> DiskHomes:
        volume = aws.ebs.Volume(
            name,
            availability_zone=args.site.zone,
            type="gp3",
            size=args.size_gib,
            encrypted=True,
            kms_key_id=args.site.kms_key_id,
            # Whoever deletes it by mistake finds one last snapshot.
            final_snapshot=args.keep_data,
            tags={"Name": name, HOMES_TAG: name},
            opts=self._data,
        )
        if args.snapshot_keep_days:
            daily_snapshots(name, {HOMES_TAG: name}, args.snapshot_keep_days, pulumi.ResourceOptions(parent=self))
        return DiskHomes(csi_driver=DISKS, volume_handle=volume.id, fs_type="xfs", zone=args.site.zone)

    def _file_system(self, name: str, args: HomeStorageArgs) -> NfsHomes:
        child = pulumi.ResourceOptions(parent=self)
        system = aws.efs.FileSystem(
            name,
            encrypted=True,
            kms_key_id=args.site.kms_key_id,
            throughput_mode="elastic",
            tags={"Name": name},
            opts=self._data,
        )
        door = aws.ec2.SecurityGroup(
            name, vpc_id=args.network.network_id, description=f"Home directories of {name}", opts=child
        )
        aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=door.id,
            cidr_ipv4=args.client_cidr,
            ip_protocol="tcp",
            from_port=NFS_PORT,
            to_port=NFS_PORT,
            description="Nodes mount for pods",
            opts=child,
        )
        target = aws.efs.MountTarget(
            name,
            file_system_id=system.id,
            subnet_id=args.network.node_subnet_ids[0],
            security_groups=[door.id],
            opts=child,
        )
        if args.snapshot_keep_days:
            daily_copies(name, system.arn, args.snapshot_keep_days, self._data, child)
        return NfsHomes(
            nfs_server=target.dns_name,
            nfs_path="/",
            # The EFS user guide's, without which a reconnection may find its port taken.
            mount_options=(
                "nfsvers=4.1",
                "rsize=1048576",
                "wsize=1048576",
                "hard",
                "timeo=600",
                "retrans=2",
                "noresvport",
            ),
        )
