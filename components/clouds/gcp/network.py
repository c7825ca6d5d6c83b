"""A cluster's network on Google Cloud: one subnet for private nodes, and Cloud NAT as its way out."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.kubernetes_contract import NetworkArgs, NetworkOutputs

PODS, SERVICES = "pods", "services"
"""Names of the subnet's secondary ranges."""


class Network(pulumi.ComponentResource):
    """Nodes have no public address; Google's own APIs, buckets and registries among them, they reach without NAT."""

    contract_outputs: NetworkOutputs

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:Network", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)

        network = gcp.compute.Network(
            name, name=name, auto_create_subnetworks=False, routing_mode="REGIONAL", opts=child
        )
        subnet = gcp.compute.Subnetwork(
            name,
            name=name,
            region=args.site.region,
            network=network.id,
            ip_cidr_range=args.cidr,
            secondary_ip_ranges=[
                {"range_name": PODS, "ip_cidr_range": args.pod_cidr},
                {"range_name": SERVICES, "ip_cidr_range": args.service_cidr},
            ],
            # Buckets, registry and logs are reached inside Google's network: free, and not through NAT.
            private_ip_google_access=True,
            opts=child,
        )
        addresses = [
            gcp.compute.Address(f"{name}-egress-{number}", region=args.site.region, address_type="EXTERNAL", opts=child)
            for number in range(1, args.egress_addresses + 1)
        ]
        nat = self._nat(name, args, network, subnet, addresses)

        self.contract_outputs = NetworkOutputs(
            network_id=network.id,
            node_subnet_ids=[subnet.id],
            egress_ips=[address.address for address in addresses],
            ready=[nat],
        )
        self.register_outputs({"network_id": network.id})

    def _nat(
        self,
        name: str,
        args: NetworkArgs,
        network: gcp.compute.Network,
        subnet: gcp.compute.Subnetwork,
        addresses: list[gcp.compute.Address],
    ) -> gcp.compute.RouterNat:
        child = pulumi.ResourceOptions(parent=self)
        router = gcp.compute.Router(name, name=name, region=args.site.region, network=network.id, opts=child)
        return gcp.compute.RouterNat(
            name,
            name=name,
            region=args.site.region,
            router=router.name,
            # Fixed addresses, so that others can let the cluster in by them.
            nat_ip_allocate_option="MANUAL_ONLY",
            nat_ips=[address.self_link for address in addresses],
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[{"name": subnet.id, "source_ip_ranges_to_nats": ["ALL_IP_RANGES"]}],
            # A node with Dask workers opens more connections than a fixed share of ports would allow.
            enable_dynamic_port_allocation=True,
            min_ports_per_vm=64,
            max_ports_per_vm=16384,
            # Google refuses dynamic ports otherwise.
            enable_endpoint_independent_mapping=False,
            log_config={"enable": True, "filter": "ERRORS_ONLY"},
            opts=child,
        )
