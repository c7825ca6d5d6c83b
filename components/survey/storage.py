"""Storage classes: the default one, which can be written from several nodes, which grow."""

from __future__ import annotations

from dataclasses import dataclass

from components.survey.api import Seen

CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
PATHS = (CLASSES,)
DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
# Drivers of files, of which the list at kubernetes-csi.github.io/docs/drivers.html (May 2026) says "Read/Write Multiple
# Pods"; below them provisioners without CSI, by their own documentation. Drivers of blocks that the list names for raw
# block volumes alone are not here.
SHARED = (
    "beegfs.csi.netapp.com",
    "cephfs.csi.ceph.com",
    "com.tuxera.csi.moosefs",
    "csi-isilon.dellemc.com",
    "csi.cubefs.com",
    "csi.juicefs.com",
    "csi.trident.netapp.io",
    "csi.weka.io",
    "efs.csi.aws.com",
    "file.csi.azure.com",
    "filestorage.csi.scaleway.com",
    "filestore.csi.storage.gke.io",
    "fsx.csi.aws.com",
    "lustre-csi.hpe.com",
    "manila.csi.openstack.org",
    "nfs.csi.k8s.io",
    "org.gluster.glusterfs",
    "pxd.portworx.com",
    "quobyte-csi",
    "seaweedfs-csi-driver",
    "smb.csi.k8s.io",
    "spectrumscale.csi.ibm.com",
    "nfs-subdir-external-provisioner",
    "nfs-ganesha-server-and-external-provisioner",
)
SINGLE = (
    "cinder.csi.openstack.org",
    "disk.csi.azure.com",
    "ebs.csi.aws.com",
    "pd.csi.storage.gke.io",
    "rancher.io/local-path",
    "rbd.csi.ceph.com",
)


@dataclass(frozen=True, kw_only=True)
class StorageClass:
    """Makes volumes."""

    name: str
    provisioner: str
    default: bool
    shared: bool | None
    """Whether its volumes can be written from several nodes, by its provisioner; None where that is not known."""
    grows: bool
    keeps: bool
    """Whether a volume's files stay when its claim is deleted."""
    made_at: str
    """When, by the cluster's clock, so that texts sort: of several default classes Kubernetes takes the newest."""


def find_storage_classes(seen: Seen) -> tuple[StorageClass, ...]:
    """All of them. Raises ForbiddenError."""
    return tuple(
        StorageClass(
            name=one["metadata"]["name"],
            provisioner=one["provisioner"],
            default=any((one["metadata"].get("annotations") or {}).get(key) == "true" for key in DEFAULT),
            shared=is_shared(one["provisioner"]),
            grows=bool(one.get("allowVolumeExpansion")),
            keeps=one.get("reclaimPolicy") == "Retain",
            made_at=one["metadata"].get("creationTimestamp") or "",
        )
        for one in seen.items(CLASSES)
    )


def is_shared(provisioner: str) -> bool | None:
    """By the provisioner's name; operators such as Rook put their namespace before it, charts their release."""
    if provisioner.endswith(SHARED):
        return True
    return False if provisioner.endswith(SINGLE) else None
