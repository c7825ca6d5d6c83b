"""What a cloud with Kubernetes is made of: neutral arguments in, the same outputs out.

Each part is a component class `(name, args, opts)` of the cloud's folder with its outputs in `contract_outputs`;
`components/clouds/<provider>/parts.py` lists them as `PARTS`. `components.kubernetes_cluster` puts them together, the
same way for every cloud. Sizes are GiB, ranges CIDR, prices US dollars; effects of taints are spelt as in Kubernetes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    import pulumi

    from components.account_contract import FoundationArgs, FoundationOutputs, StateResources
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
    group: str | None = None
    """What holds all that a cluster is made of, where the cloud wants it held together."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """For the bill, where the cloud's provider does not put them on everything by itself."""


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
    protect: bool = True
    keep_data: bool = True
    """False on the way to deleting people's files too: a cloud that keeps all in one group lets go of the group."""


@dataclass(frozen=True, kw_only=True)
class NetworkOutputs:
    """What stands in a network needs this of it."""

    network_id: pulumi.Output[str]
    node_subnet_ids: Sequence[pulumi.Output[str]]
    egress_ips: Sequence[pulumi.Output[str]]
    """Under which the cluster is seen from outside."""
    ready: Sequence[pulumi.Resource]
    """Without these, nodes cannot reach anything: clusters depend on them."""
    control_plane_subnet_ids: Sequence[pulumi.Output[str]] = ()
    """Where a cloud's control plane has addresses of its own in the network."""


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """Kubernetes itself, before it has nodes."""

    site: Site
    network: NetworkOutputs
    service_cidr: str
    pod_cidr: str
    core_machine: MachineType
    """Of the core pool, for a cloud that makes no control plane without a first node."""
    kubernetes_minor: str | None = None
    maintenance_hour_utc: int = 3
    api_allowed_cidrs: Sequence[str] = ()
    """Empty: from everywhere, and the cloud's own sign-in decides."""
    admin_principals: Sequence[str] = ()
    workflows: bool = False
    """Lets the account's deployer in, by its well-known name: the account was made ready with it."""
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
    ready: Sequence[pulumi.Resource] = ()
    """Without these, a node has no network or no identity: pools depend on them."""


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
    ready: Sequence[pulumi.Resource] = ()
    """Without these, nothing runs on it: add-ons depend on them."""


@dataclass(frozen=True, kw_only=True)
class AddonsArgs:
    """What makes a cluster whole once there are nodes, where the cloud does not run that by itself."""

    site: Site
    control_plane: ControlPlaneOutputs
    core_nodes: Sequence[pulumi.Resource]
    """Add-ons are made after these, which they run on, and go before them."""


@dataclass(frozen=True, kw_only=True)
class AddonsOutputs:
    """Add-ons that run."""

    ready: Sequence[pulumi.Resource]
    """Without these, pods find neither each other nor their disks: what is installed depends on them."""


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
class DnsRecordArgs:
    """Under which name the cluster's gateway is found."""

    site: Site
    zone: str
    """What the cloud calls it; it is there already."""
    domain: str
    """The name itself, inside the zone's; without a dot at its end."""
    gateway: pulumi.Input[Mapping[str, str | None]]
    """`address`, IPv4, or on a cloud whose load balancers have none that stays `hostname`."""


@dataclass(frozen=True, kw_only=True)
class DnsRecordOutputs:
    """A record that is there."""

    domain: pulumi.Output[str]


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
    """Which workflows may deploy in an account."""

    site: Site
    repository_id: str
    environments: Sequence[str]
    state: StateResources | None = None
    """What they must be able to read and write besides; None where the state is in another account."""
    after: Sequence[pulumi.Resource] = ()
    """Services that it cannot be made without."""
    adopt: bool = False
    """Its sign-in is there already: the cloud gives that name to nobody twice, and an earlier undo left it."""


@dataclass(frozen=True, kw_only=True)
class CiIdentityOutputs:
    """What a workflow names to sign in; nothing of it is secret."""

    principal: pulumi.Output[str]
    action: str
    """The cloud's own action that signs a job in, as workflows name it."""
    settings: Mapping[str, pulumi.Output[str]]
    """By the names that this action gives them."""
    kept: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """What an undo leaves behind, by what it is."""


@dataclass(frozen=True, kw_only=True)
class GatewayAddressArgs:
    """Under which address people come in."""

    site: Site
    control_plane: ControlPlaneOutputs
    protect: bool = True


@dataclass(frozen=True, kw_only=True)
class GatewayAddressOutputs:
    """What the load balancer in front of the gateway is told."""

    address: pulumi.Output[str] | None = None
    """One that stays, IPv4; None where the cloud's load balancers are found by a name that it makes up."""
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Of the load balancer's Service."""


@dataclass(frozen=True, kw_only=True)
class AutoscalerArgs:
    """Who may bring nodes and take them away, where the cloud has nobody for that."""

    site: Site
    cluster: str
    """Its name, by which the cloud's groups of nodes are marked."""
    control_plane: ControlPlaneOutputs
    namespace: str
    service_account: str


@dataclass(frozen=True, kw_only=True)
class AutoscalerOutputs:
    """What the chart `cluster-autoscaler` is told of the cloud."""

    values: Mapping[str, Any]
    """`cloudProvider`, `autoDiscovery` and the like."""
    ready: Sequence[pulumi.Resource] = ()
    """Without these, it may do nothing."""


@dataclass(frozen=True, kw_only=True)
class DefaultDisk:
    """The disk that a claim gets which names no storage class."""

    csi_driver: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SupportNeeds:
    """What a cluster on this cloud lacks when it is new."""

    device_plugin: bool = False
    """Nobody counts the GPUs of its nodes."""
    default_disk: DefaultDisk | None = None
    """None: it has a default storage class."""
    load_balancer_annotations: Mapping[str, str] = field(default_factory=dict)
    """Of the Service for which the cloud makes the load balancer, where the address is not a part of its own."""


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
    foundation: Part[FoundationArgs, FoundationOutputs]
    dns_record: Part[DnsRecordArgs, DnsRecordOutputs]
    addons: Part[AddonsArgs, AddonsOutputs] | None = None
    """None where the cloud runs all that a cluster needs."""
    gateway_address: Part[GatewayAddressArgs, GatewayAddressOutputs] | None = None
    """None: what people find is known when there is a load balancer, and not before."""
    autoscaler: Part[AutoscalerArgs, AutoscalerOutputs] | None = None
    """None: the cloud brings nodes and takes them away by itself."""
    needs: SupportNeeds = SupportNeeds()
