"""A hub's name on Google Cloud: a record in a managed zone."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.kubernetes_contract import DnsRecordArgs, DnsRecordOutputs

TTL_SECONDS = 300


class DnsRecord(pulumi.ComponentResource):
    """The gateway's address. The zone itself is somebody else's."""

    contract_outputs: DnsRecordOutputs

    def __init__(self, name: str, args: DnsRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:DnsRecord", name, None, opts)
        gateway = pulumi.Output.from_input(args.gateway)
        record = gcp.dns.RecordSet(
            name,
            managed_zone=args.zone,
            name=f"{args.domain}.",
            type="A",
            ttl=TTL_SECONDS,
            rrdatas=[gateway.apply(lambda told: str(told["address"]))],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.contract_outputs = DnsRecordOutputs(domain=record.name.apply(lambda full: full.rstrip(".")))
        self.register_outputs({"domain": self.contract_outputs.domain})
