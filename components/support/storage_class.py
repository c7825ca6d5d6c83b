"""Disks for whoever asks for one without saying what kind, on a cloud that does not see to that itself."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from components.kubernetes_contract import DefaultDisk


def storage_class(name: str, disk: DefaultDisk, opts: pulumi.ResourceOptions) -> kubernetes.storage.v1.StorageClass:
    """The cluster's default: made in the zone of the first pod that uses it, and grows when its claim does."""
    return kubernetes.storage.v1.StorageClass(
        f"{name}-disks",
        metadata={"name": "hubs", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
        provisioner=disk.csi_driver,
        parameters=dict(disk.parameters),
        reclaim_policy="Delete",
        volume_binding_mode="WaitForFirstConsumer",
        allow_volume_expansion=True,
        opts=opts,
    )
