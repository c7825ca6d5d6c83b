"""The address under which people find a cluster's hubs on Azure."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import network

from components.clouds.azure.names import group
from components.kubernetes_contract import GatewayAddressArgs, GatewayAddressOutputs

# Microsoft, "Use a static public IP address and DNS label with the AKS load balancer".
GROUP = "service.beta.kubernetes.io/azure-load-balancer-resource-group"
NAME = "service.beta.kubernetes.io/azure-pip-name"


class GatewayAddress(pulumi.ComponentResource):
    """Outlives any load balancer, and the group of nodes in which those are: names in the DNS point at it."""

    contract_outputs: GatewayAddressOutputs

    def __init__(self, name: str, args: GatewayAddressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:GatewayAddress", name, None, opts)
        address = network.PublicIPAddress(
            name,
            resource_group_name=group(args.site),
            public_ip_address_name=name,
            location=args.site.region,
            tags=args.site.labels,
            public_ip_allocation_method="Static",
            sku={"name": "Standard"},
            zones=[args.site.zone],
            # Another one would be unknown to every DNS record that somebody made by hand.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=args.control_plane.ready),
        )
        self.contract_outputs = GatewayAddressOutputs(
            address=address.ip_address.apply(str),
            annotations={GROUP: group(args.site), NAME: address.name.apply(str)},
        )
        self.register_outputs({"address": address.ip_address})
