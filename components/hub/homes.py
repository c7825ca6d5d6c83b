"""A hub's way to the cluster's file store: a volume and a claim, and nothing that could be lost with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub.layout import HOMES_CLAIM

CAPACITY = "1Mi"
"""Kubernetes wants a figure and NFS knows none; one that never changes never makes a new claim."""
MOUNT_OPTIONS = ("nfsvers=4.1", "hard", "noatime")
"""Of a store that names none of its own."""


def homes_volume(
    name: str, place: str, store: pulumi.Input[Mapping[str, Any]], opts: pulumi.ResourceOptions
) -> kubernetes.core.v1.PersistentVolume:
    """The whole store, of which pods mount their hub's folders: Kubernetes makes a folder when it is first mounted.

    A volume that began at the folder could not be mounted before somebody had made it. `place` is the namespace's name,
    `store` what the cluster's facts tell of homes: `nfs_server`, `nfs_path`, perhaps `mount_options`.
    """
    told = pulumi.Output.from_input(store)
    return kubernetes.core.v1.PersistentVolume(
        f"{name}-homes",
        metadata={"name": f"{place}-{HOMES_CLAIM}"},
        spec={
            "capacity": {"storage": CAPACITY},
            "access_modes": ["ReadWriteMany"],
            # Whatever becomes of the claim, files stay.
            "persistent_volume_reclaim_policy": "Retain",
            "storage_class_name": "",
            "nfs": {"server": told.apply(_server), "path": told.apply(lambda homes: homes.get("nfs_path") or "/")},
            "mount_options": told.apply(lambda homes: list(homes.get("mount_options") or MOUNT_OPTIONS)),
            # No other claim may take it.
            "claim_ref": {"namespace": place, "name": HOMES_CLAIM},
        },
        opts=opts,
    )


def homes_claim(
    name: str,
    namespace: kubernetes.core.v1.Namespace,
    volume: kubernetes.core.v1.PersistentVolume,
    opts: pulumi.ResourceOptions,
) -> kubernetes.core.v1.PersistentVolumeClaim:
    """The hub's way to it."""
    return kubernetes.core.v1.PersistentVolumeClaim(
        f"{name}-homes",
        metadata={"name": HOMES_CLAIM, "namespace": namespace.metadata.name},
        spec={
            "access_modes": ["ReadWriteMany"],
            "resources": {"requests": {"storage": CAPACITY}},
            # Empty, and not left out: the cluster's default class would make a disk instead.
            "storage_class_name": "",
            "volume_name": volume.metadata.name,
        },
        opts=opts,
    )


def _server(homes: Mapping[str, Any]) -> str:
    server = homes.get("nfs_server")
    if not server:
        raise pulumi.RunError(
            "the cluster has no server for home directories: its stack tells of none; "
            "deploy the cluster again, then this hub"
        )
    return str(server)
