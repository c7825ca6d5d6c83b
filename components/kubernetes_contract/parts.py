"""All parts of a cloud, and what a part is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from components.kubernetes_contract.support import SupportNeeds

if TYPE_CHECKING:
    import pulumi

    from components.account_contract import FoundationArgs, FoundationOutputs
    from components.kubernetes_contract.cluster import (
        AddonsArgs,
        AddonsOutputs,
        ControlPlaneArgs,
        ControlPlaneOutputs,
        NetworkArgs,
        NetworkOutputs,
        NodePoolArgs,
        NodePoolOutputs,
    )
    from components.kubernetes_contract.identity import (
        BudgetArgs,
        BudgetOutputs,
        CiIdentityArgs,
        CiIdentityOutputs,
        IdentityArgs,
        IdentityOutputs,
    )
    from components.kubernetes_contract.site import Site
    from components.kubernetes_contract.storage import (
        BucketArgs,
        BucketOutputs,
        DiskHomes,
        HomeStorageArgs,
        NfsHomes,
        RegistryArgs,
        RegistryOutputs,
    )
    from components.kubernetes_contract.support import (
        AutoscalerArgs,
        AutoscalerOutputs,
        DnsRecordArgs,
        DnsRecordOutputs,
        GatewayAddressArgs,
        GatewayAddressOutputs,
    )


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
    needs: SupportNeeds = field(default_factory=SupportNeeds)
