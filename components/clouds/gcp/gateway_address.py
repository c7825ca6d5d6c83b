"""The address under which people find a cluster's hubs on Google Cloud."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.kubernetes_contract import GatewayAddressArgs, GatewayAddressOutputs


class GatewayAddress(pulumi.ComponentResource):
    """Outlives any load balancer: names in the DNS point at it."""

    contract_outputs: GatewayAddressOutputs

    def __init__(self, name: str, args: GatewayAddressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:GatewayAddress", name, None, opts)
        address = gcp.compute.Address(
            name,
            name=name,
            region=args.site.region,
            address_type="EXTERNAL",
            description="Where people reach the hubs",
            # Another one would be unknown to every DNS record that somebody made by hand.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.contract_outputs = GatewayAddressOutputs(address=address.address)
        self.register_outputs({"address": address.address})
