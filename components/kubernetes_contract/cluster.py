"""Network, control plane, nodes, and what makes a cluster whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes_contract.pools import Role, Taint
    from components.kubernetes_contract.site import Site
    from components.machines.machine_type import MachineType


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
