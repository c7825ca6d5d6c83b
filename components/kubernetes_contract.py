"""What a cloud with Kubernetes is made of: neutral arguments in, the same outputs out.

Each part is a component class `(name, args, opts)` of the cloud's folder with its outputs in `contract_outputs`;
`components/clouds/<provider>/parts.py` lists them as `PARTS`. `components.kubernetes_cluster` puts them together, the
same way for every cloud. Sizes are GiB, ranges CIDR, prices US dollars; effects of taints are spelt as in Kubernetes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    import pulumi

    from components.machines.machine_type import MachineType

Role = Literal["core", "user", "worker"]
Effect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where in a cloud, and on whose bill."""

    account: str
    """Project, account or subscription."""
    region: str
    zone: str
    payer: str | None = None
    """Who gets the bill, where that is somebody else than the account."""
    kms_key_id: str | None = None
    """A key of the operators' own, where data is to be encrypted with it."""


@dataclass(frozen=True, kw_only=True)
class Taint:
    """Keeps pods away that do not tolerate it."""

    key: str
    value: str
    effect: Effect = "NoSchedule"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """A network for private nodes, with a way out."""

    site: Site
    cidr: str
    pod_cidr: str
    service_cidr: str
    egress_addresses: int = 1


@dataclass(frozen=True, kw_only=True)
class NetworkOutputs:
    """What stands in a network needs this of it."""

    network_id: pulumi.Output[str]
    node_subnet_ids: Sequence[pulumi.Output[str]]
    egress_ips: Sequence[pulumi.Output[str]]
    """Under which the cluster is seen from outside."""
    ready: Sequence[pulumi.Resource]
    """Without these, nodes cannot reach anything: clusters depend on them."""


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """Kubernetes itself, before it has nodes."""

    site: Site
    network: NetworkOutputs
    kubernetes_minor: str | None = None
    maintenance_hour_utc: int = 3
    api_allowed_cidrs: Sequence[str] = ()
    """Empty: from everywhere, and the cloud's own sign-in decides."""
    admin_principals: Sequence[str] = ()
    log_retention_days: int = 30
    protect: bool = True
    """False only on the way to destroying it."""


@dataclass(frozen=True, kw_only=True)
class ControlPlaneOutputs:
    """What pools, identities and people need of it."""

    cluster_id: pulumi.Output[str]
    api_endpoint: pulumi.Output[str]
    """https://…"""
    ca_pem_b64: pulumi.Output[str] | None
    """None where the endpoint's certificate is one that everybody trusts."""
    oidc_issuer: pulumi.Output[str]
    """Who vouches for pods' identities."""
    node_principal: pulumi.Output[str]
    """As whom nodes pull images and write logs; pods are never this."""
    kubeconfig: pulumi.Output[str]
    """Signs in by the cloud's own program; holds no credential."""


@dataclass(frozen=True, kw_only=True)
class NodePoolArgs:
    """Nodes of one kind."""

    site: Site
    control_plane: ControlPlaneOutputs
    network: NetworkOutputs
    pool: str
    """At most 11 lower-case letters and digits: the tightest limit of the clouds."""
    role: Role
    machine: MachineType
    spot: bool = False
    min_nodes: int = 0
    max_nodes: int = 10
    disk_gib: int = 100
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Taint] = ()
    kubernetes_minor: str | None = None
    """Another one makes new nodes: running ones never change their version beneath people's servers."""


@dataclass(frozen=True, kw_only=True)
class NodePoolOutputs:
    """What the cloud adds to the labels and taints that were asked for."""

    pool_id: pulumi.Output[str]
    name: pulumi.Output[str]
    extra_taints: Sequence[Taint] = ()


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """Where images are."""

    site: Site
    node_principal: pulumi.Output[str]
    keep_days: int = 30
    """Of images that no tag names."""
    push_principals: Sequence[pulumi.Input[str]] = ()
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


@dataclass(frozen=True, kw_only=True)
class BucketOutputs:
    """A bucket that is there."""

    name: pulumi.Output[str]
    url: pulumi.Output[str]
    """gs://…, s3://…, abfs://…"""


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What an identity may do with one bucket."""

    bucket: pulumi.Output[str]
    access: Literal["admin", "read"]
    """admin: read, write and delete objects; never the bucket itself."""


@dataclass(frozen=True, kw_only=True)
class IdentityArgs:
    """Who people's servers of one hub are in the cloud."""

    site: Site
    oidc_issuer: pulumi.Input[str]
    """`ControlPlaneOutputs.oidc_issuer`."""
    namespace: str
    service_account: str = "user-sa"
    grants: Mapping[str, Grant] = field(default_factory=dict)
    """By the bucket's name in the file."""


@dataclass(frozen=True, kw_only=True)
class IdentityOutputs:
    """What the chart must put on service account and pods."""

    service_account_annotations: Mapping[str, pulumi.Output[str]]
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    needs_metadata_server: bool = False
    """True: z2jh must not block the metadata address, since pods get their own identity there."""


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """Whom to tell of rising costs."""

    site: Site
    usd_per_month: int | None
    """None: last month's."""
    notify: Sequence[str]
    """E-mail addresses."""


@dataclass(frozen=True, kw_only=True)
class BudgetOutputs:
    """A budget that is there."""

    budget_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class CiIdentityArgs:
    """Which workflows may deploy."""

    site: Site
    node_principal: pulumi.Output[str]
    repository_id: str
    environments: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class CiIdentityOutputs:
    """What a workflow names to sign in; nothing of it is secret."""

    principal: pulumi.Output[str]
    settings: Mapping[str, pulumi.Output[str]]
    """By the names that the cloud's own sign-in action gives them."""


Args = TypeVar("Args", contravariant=True)
Outputs = TypeVar("Outputs", covariant=True)


class Made(Protocol[Outputs]):
    """A component that was declared."""

    @property
    def contract_outputs(self) -> Outputs:
        """What others need of it."""
        ...


class Part(Protocol[Args, Outputs]):
    """A component class."""

    def __call__(self, name: str, args: Args, opts: pulumi.ResourceOptions | None = None) -> Made[Outputs]:
        """Declare it."""
        ...


class Provider(Protocol):
    """Makes the Pulumi provider that all parts of one cluster use, so that no stray setting leads elsewhere."""

    def __call__(
        self, name: str, site: Site, labels: Mapping[str, str], opts: pulumi.ResourceOptions | None = None
    ) -> pulumi.ProviderResource:
        """`labels` go on everything it makes, for the bill."""
        ...


@dataclass(frozen=True, kw_only=True)
class Parts:
    """All that a cloud gives."""

    provider: Provider
    network: Part[NetworkArgs, NetworkOutputs]
    control_plane: Part[ControlPlaneArgs, ControlPlaneOutputs]
    node_pool: Part[NodePoolArgs, NodePoolOutputs]
    registry: Part[RegistryArgs, RegistryOutputs]
    home_storage: Part[HomeStorageArgs, DiskHomes | NfsHomes]
    bucket: Part[BucketArgs, BucketOutputs]
    identity: Part[IdentityArgs, IdentityOutputs]
    budget: Part[BudgetArgs, BudgetOutputs]
    ci_identity: Part[CiIdentityArgs, CiIdentityOutputs]
