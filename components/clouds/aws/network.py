"""A cluster's network on AWS: nodes in one private subnet, and a NAT gateway as their way out."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws

from components.kubernetes_contract import NetworkArgs, NetworkOutputs

# EKS user guide, "View Amazon EKS networking requirements": zones in which a control plane cannot be.
UNFIT_ZONES = ("use1-az3", "usw1-az2", "cac1-az3")
CONTROL_PLANE_BITS = 28
"""What EKS recommends for its own addresses; it wants two subnets in different zones, for itself alone."""


class Subnets(NamedTuple):
    """How the network's range is shared out."""

    nodes: str
    """Half of it: nodes, and their pods too."""
    public: str
    """A quarter: NAT gateway and load balancers."""
    control_plane: tuple[str, str]


def shared_out(cidr: str) -> Subnets:
    """A range of /24 or wider. The last quarter is hardly used: nobody can add to a subnet later."""
    nodes, rest = IPv4Network(cidr).subnets(prefixlen_diff=1)
    public, last = rest.subnets(prefixlen_diff=1)
    first, second, *_ = last.subnets(new_prefix=CONTROL_PLANE_BITS)
    return Subnets(str(nodes), str(public), (str(first), str(second)))


class Network(pulumi.ComponentResource):
    """Nodes have no public address; S3, where images and data are, they reach without NAT."""

    contract_outputs: NetworkOutputs

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Network", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        ranges = shared_out(args.cidr)

        self._vpc = aws.ec2.Vpc(
            name,
            cidr_block=args.cidr,
            # Nodes find the cluster and EFS by names that only the network knows.
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
            opts=self._child,
        )
        # Whatever is put into the network without a thought gets this one: it lets nothing through.
        aws.ec2.DefaultSecurityGroup(name, vpc_id=self._vpc.id, ingress=[], egress=[], opts=self._child)
        nodes = self._subnet("nodes", ranges.nodes, args.site.zone)
        # By which Kubernetes finds where load balancers go.
        balancers = {"kubernetes.io/role/elb": "1", f"kubernetes.io/cluster/{name}": "shared"}
        public = self._subnet("public", ranges.public, args.site.zone, balancers)
        control_planes = self._control_plane_subnets(ranges.control_plane)
        addresses = [
            aws.ec2.Eip(f"{name}-egress-{number}", domain="vpc", tags={"Name": name}, opts=self._child)
            for number in range(1, args.egress_addresses + 1)
        ]
        ready = self._ways_out(nodes, public, addresses)

        self.contract_outputs = NetworkOutputs(
            network_id=self._vpc.id,
            node_subnet_ids=[nodes.id],
            egress_ips=[address.public_ip for address in addresses],
            ready=ready,
            control_plane_subnet_ids=[subnet.id for subnet in control_planes],
        )
        self.register_outputs({"network_id": self._vpc.id})

    def _subnet(
        self, purpose: str, cidr: str, zone: pulumi.Input[str], tags: dict[str, str] | None = None, **more: Any
    ) -> aws.ec2.Subnet:
        return aws.ec2.Subnet(
            f"{self._name}-{purpose}",
            vpc_id=self._vpc.id,
            cidr_block=cidr,
            availability_zone=zone,
            map_public_ip_on_launch=False,
            tags={"Name": f"{self._name}-{purpose}", **(tags or {})},
            opts=pulumi.ResourceOptions(parent=self, **more),
        )

    def _control_plane_subnets(self, ranges: tuple[str, str]) -> list[aws.ec2.Subnet]:
        own = self._args.site.zone
        zones = aws.get_availability_zones_output(
            state="available",
            exclude_zone_ids=list(UNFIT_ZONES),
            # Without the small zones near some cities, which EKS cannot use.
            filters=[{"name": "zone-type", "values": ["availability-zone"]}],
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        other = zones.names.apply(lambda names: next(zone for zone in sorted(names) if zone != own))
        return [
            self._subnet("control-plane-1", ranges[0], own),
            # A zone that Amazon opens later is no reason to move.
            self._subnet("control-plane-2", ranges[1], other, ignore_changes=["availabilityZone"]),
        ]

    def _ways_out(
        self, nodes: aws.ec2.Subnet, public: aws.ec2.Subnet, addresses: Sequence[aws.ec2.Eip]
    ) -> list[pulumi.Resource]:
        internet = aws.ec2.InternetGateway(self._name, vpc_id=self._vpc.id, tags={"Name": self._name}, opts=self._child)
        public_routes = self._routes("public", public, gateway_id=internet.id)
        nat = aws.ec2.NatGateway(
            self._name,
            # One zone, as the nodes: a gateway in each would cost as much again and save nobody.
            availability_mode="zonal",
            subnet_id=public.id,
            allocation_id=addresses[0].id,
            secondary_allocation_ids=[address.id for address in addresses[1:]] or None,
            tags={"Name": self._name},
            opts=pulumi.ResourceOptions(parent=self, depends_on=public_routes),
        )
        table, *rest = self._routes("nodes", nodes, nat_gateway_id=nat.id)
        assert isinstance(table, aws.ec2.RouteTable)
        endpoint = aws.ec2.VpcEndpoint(
            f"{self._name}-s3",
            vpc_id=self._vpc.id,
            service_name=f"com.amazonaws.{self._args.site.region}.s3",
            # Free, where NAT is paid for by the gigabyte: scratch, data and the layers of images.
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id],
            tags={"Name": self._name},
            opts=self._child,
        )
        return [*rest, endpoint]

    def _routes(self, purpose: str, subnet: aws.ec2.Subnet, **target: pulumi.Input[str]) -> list[pulumi.Resource]:
        name = f"{self._name}-{purpose}"
        table = aws.ec2.RouteTable(name, vpc_id=self._vpc.id, tags={"Name": name}, opts=self._child)
        route = aws.ec2.Route(
            name, route_table_id=table.id, destination_cidr_block="0.0.0.0/0", **target, opts=self._child
        )
        joined = aws.ec2.RouteTableAssociation(name, route_table_id=table.id, subnet_id=subnet.id, opts=self._child)
        return [table, route, joined]
