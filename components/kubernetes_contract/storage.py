"""Where images, people's files and objects are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes_contract.cluster import NetworkOutputs
    from components.kubernetes_contract.site import Site


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """Where images are."""

    site: Site
    node_principal: pulumi.Output[str]
    keep_days: int = 30
    """Of images that no tag names."""
    protect: bool = True


@dataclass(frozen=True, kw_only=True)
class RegistryOutputs:
    """How to name an image there: `<prefix>/<image>:<tag>`."""

    host: pulumi.Output[str]
    prefix: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class HomeStorageArgs:
    """People's files."""

    site: Site
    network: NetworkOutputs
    kind: Literal["disk-nfs", "managed-nfs"] = "disk-nfs"
    size_gib: int = 100
    snapshot_keep_days: int = 14
    client_cidr: str
    """Who may mount it, where the cloud serves files itself: the nodes."""
    protect: bool = True
    """False on the way to destroying the cluster; the files outlive it all the same."""
    keep_data: bool = True
    """False on the way to deleting the files too, for good: neither kept nor protected by the cloud's own means."""


@dataclass(frozen=True, kw_only=True)
class DiskHomes:
    """A disk that an NFS server in the cluster serves."""

    csi_driver: str
    volume_handle: pulumi.Output[str]
    fs_type: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class NfsHomes:
    """The cloud's file store."""

    nfs_server: pulumi.Output[str]
    nfs_path: str
    mount_options: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """Objects: scratch, where they expire, or a hub's own data, where they do not."""

    site: Site
    expire_days: int | None = None
    undelete_days: int = 7
    """How long what was deleted can be had back; scratch needs none."""
    public_read: bool = False
    requester_pays: bool = False
    protect: bool = True
    """False only on the way to destroying its hub; what is in it stays nevertheless."""
    keep_data: bool = True
    """False only on the way to deleting it with all that is in it. What expires is never kept."""


@dataclass(frozen=True, kw_only=True)
class BucketOutputs:
    """A bucket that is there."""

    name: pulumi.Output[str]
    url: pulumi.Output[str]
    """gs://…, s3://…, abfs://…"""
