"""What a cluster is found by, and what it lacks when it is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes_contract.cluster import ControlPlaneOutputs
    from components.kubernetes_contract.site import Site


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
