"""A cluster's network on Azure: one subnet for private nodes, and a NAT gateway as its way out."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import network, resources

from components.clouds.azure.names import group
from components.kubernetes_contract import NetworkArgs, NetworkOutputs

IDLE_MINUTES = 10
"""Of a connection through NAT. Azure's 4 end notebooks that wait for a slow query elsewhere."""


class Network(pulumi.ComponentResource):
    """Makes the resource group too, in which everything else of the cluster is. Nodes have no public address."""

    contract_outputs: NetworkOutputs

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:Network", name, None, opts)
        made = resources.ResourceGroup(
            name,
            resource_group_name=group(args.site),
            location=args.site.region,
            tags=args.site.labels,
            # Deleting a group deletes all that is in it, homes and their copies among it.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, retain_on_delete=args.keep_data),
        )
        self._group = made.name
        child = pulumi.ResourceOptions(parent=self)
        virtual = network.VirtualNetwork(
            name,
            resource_group_name=self._group,
            virtual_network_name=name,
            location=args.site.region,
            tags=args.site.labels,
            address_space={"address_prefixes": [args.cidr]},
            # Subnets are resources of their own: without this, each update would take them away again.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["subnets"]),
        )
        addresses = [self._address(f"{name}-egress-{number + 1}", args) for number in range(args.egress_addresses)]
        gateway = network.NatGateway(
            name,
            resource_group_name=self._group,
            nat_gateway_name=name,
            location=args.site.region,
            tags=args.site.labels,
            sku={"name": "Standard"},
            zones=[args.site.zone],
            idle_timeout_in_minutes=IDLE_MINUTES,
            public_ip_addresses=[{"id": address.id} for address in addresses],
            opts=child,
        )
        subnet = network.Subnet(
            name,
            resource_group_name=self._group,
            virtual_network_name=virtual.name,
            subnet_name="nodes",
            address_prefix=args.cidr,
            # Whatever is not sent through the gateway, Azure would let out under some address of its own.
            default_outbound_access=False,
            nat_gateway={"id": gateway.id},
            # Buckets and file shares are reached inside Azure's network: free, and not through NAT.
            service_endpoints=[{"service": "Microsoft.Storage"}],
            opts=child,
        )
        self.contract_outputs = NetworkOutputs(
            network_id=virtual.id,
            node_subnet_ids=[subnet.id],
            egress_ips=[address.ip_address.apply(str) for address in addresses],
            # Not the subnet: a disk that outlives its cluster would keep subnet, gateway and addresses with it, which
            # are billed. Who needs the subnet has its id.
            ready=[made],
        )
        self.register_outputs({"network_id": virtual.id})

    def _address(self, name: str, args: NetworkArgs) -> network.PublicIPAddress:
        return network.PublicIPAddress(
            name,
            resource_group_name=self._group,
            public_ip_address_name=name,
            location=args.site.region,
            tags=args.site.labels,
            # Fixed, so that others can let the cluster in by it.
            public_ip_allocation_method="Static",
            sku={"name": "Standard"},
            zones=[args.site.zone],
            opts=pulumi.ResourceOptions(parent=self),
        )
