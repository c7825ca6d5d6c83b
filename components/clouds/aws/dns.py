"""A hub's name on AWS: a record in a hosted zone."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.kubernetes_contract import DnsRecordArgs, DnsRecordOutputs

TTL_SECONDS = 300


class DnsRecord(pulumi.ComponentResource):
    """The host name of the gateway's load balancer, whose addresses change. The zone itself is somebody else's."""

    contract_outputs: DnsRecordOutputs

    def __init__(self, name: str, args: DnsRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:DnsRecord", name, None, opts)
        gateway = pulumi.Output.from_input(args.gateway)
        record = aws.route53.Record(
            name,
            zone_id=args.zone,
            name=args.domain,
            type="CNAME",
            ttl=TTL_SECONDS,
            records=[gateway.apply(lambda told: str(told["hostname"]))],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.contract_outputs = DnsRecordOutputs(domain=record.name)
        self.register_outputs({"domain": self.contract_outputs.domain})
