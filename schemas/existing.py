"""What only a cluster that is there already needs to know."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.model import Many, Model, text

ContextName = Annotated[
    str, text(r"^[^\s]+$", "the name of a context, as `kubectl config get-contexts` lists it", max_length=253)
]
ObjectName = Annotated[
    str,
    text(
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
        "lower-case letters, digits, dots and dashes, as Kubernetes names its objects",
        max_length=253,
    ),
]
RegistryPrefix = Annotated[
    str,
    text(
        r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]+)?(/[a-z0-9][-a-z0-9._]*)*$",
        "a registry's host and folders, without https:// and without a tag, e.g. registry.example.org/hubs",
        max_length=255,
    ),
]


class NfsShare(Model):
    """A share that a file server exports to every node of the cluster."""

    server: Annotated[
        str, text(r"^[A-Za-z0-9:]([-A-Za-z0-9.:]*[A-Za-z0-9])?$", "a host's name or address", max_length=253)
    ] = Field(description="Name or address of the file server.", examples=["files.example.org"])
    path: Annotated[str, text(r"^/[^\s]*$", "a path that starts with /, e.g. /export/homes", max_length=500)] = Field(
        description="What it exports.", examples=["/export/homes"]
    )
    mount_options: Many[Annotated[str, text(r"^[^\s,]+$", "one option of mount, e.g. nfsvers=4.1", max_length=100)]] = (
        Field(default=("hard", "noatime"), description="How nodes mount it.", examples=[["nfsvers=4.1", "hard"]])
    )


class ExistingCluster(Model):
    """A context of a kubeconfig, and what its cluster offers to hubs."""

    context: ContextName = Field(
        description="The context's name; `kubectl config get-contexts` lists them. Cannot be changed later.",
        examples=["kind-hubs"],
    )
    kubeconfig: str | None = Field(
        default=None,
        min_length=1,
        max_length=4096,
        description="The file that holds the context: a path, absolute, relative to the project, or beginning with ~. "
        "By default $KUBECONFIG, or else ~/.kube/config.",
        examples=["~/.kube/jetstream.yaml"],
    )
    home_storage_class: ObjectName | None = Field(
        default=None,
        description="Storage class of the volume with people's homes; by default the cluster's own default. With "
        "`home_storage.kind: managed-nfs` its volumes must be writable from several nodes.",
        examples=["nfs-csi"],
    )
    home_nfs: NfsShare | None = Field(
        default=None,
        description="A share for people's homes, instead of a storage class; with `home_storage.kind: managed-nfs`.",
        examples=[{"server": "files.example.org", "path": "/export/homes"}],
    )
    registry: RegistryPrefix | None = Field(
        default=None,
        description="Where images are; nodes can pull from it already, and whoever builds images can push there.",
        examples=["registry.example.org/hubs"],
    )
