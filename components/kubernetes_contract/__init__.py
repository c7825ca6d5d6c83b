"""What a cloud with Kubernetes is made of: neutral arguments in, the same outputs out.

Each part is a component class `(name, args, opts)` of the cloud's folder with its outputs in `contract_outputs`;
`components/clouds/<provider>/parts.py` lists them as `PARTS`. `components.kubernetes_cluster` puts them together, the
same way for every cloud. Sizes are GiB, ranges CIDR, prices US dollars; effects of taints are spelt as in Kubernetes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
        Grant,
        IdentityArgs,
        IdentityOutputs,
    )
    from components.kubernetes_contract.parts import (
        Made,
        Part,
        Parts,
        Provider,
    )
    from components.kubernetes_contract.pools import (
        Effect,
        Role,
        Taint,
    )
    from components.kubernetes_contract.site import (
        Site,
    )
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
        DefaultDisk,
        DnsRecordArgs,
        DnsRecordOutputs,
        GatewayAddressArgs,
        GatewayAddressOutputs,
        SupportNeeds,
    )

__all__ = [
    "AddonsArgs",
    "AddonsOutputs",
    "AutoscalerArgs",
    "AutoscalerOutputs",
    "BucketArgs",
    "BucketOutputs",
    "BudgetArgs",
    "BudgetOutputs",
    "CiIdentityArgs",
    "CiIdentityOutputs",
    "ControlPlaneArgs",
    "ControlPlaneOutputs",
    "DefaultDisk",
    "DiskHomes",
    "DnsRecordArgs",
    "DnsRecordOutputs",
    "Effect",
    "GatewayAddressArgs",
    "GatewayAddressOutputs",
    "Grant",
    "HomeStorageArgs",
    "IdentityArgs",
    "IdentityOutputs",
    "Made",
    "NetworkArgs",
    "NetworkOutputs",
    "NfsHomes",
    "NodePoolArgs",
    "NodePoolOutputs",
    "Part",
    "Parts",
    "Provider",
    "RegistryArgs",
    "RegistryOutputs",
    "Role",
    "Site",
    "SupportNeeds",
    "Taint",
]

_MODULES = ("site", "pools", "storage", "identity", "support", "cluster", "parts")
"""What files are checked with first: the rest need not be imported for it."""


def __getattr__(name: str) -> Any:
    """A part's module is imported when the part is asked for: checks of files need but a few of them."""
    if name in __all__:
        for module in _MODULES:
            found = vars(import_module(f"{__name__}.{module}")).get(name)
            if found is not None:
                return globals().setdefault(name, found)
    raise AttributeError(name)
