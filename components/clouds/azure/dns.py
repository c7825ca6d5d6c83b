"""A hub's name on Azure: a record set in a public zone."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure

from components.kubernetes_contract import DnsRecordArgs, DnsRecordOutputs

TTL_SECONDS = 300
APEX = "@"


class DnsRecord(pulumi.ComponentResource):
    """The gateway's address. The zone itself is somebody else's."""

    contract_outputs: DnsRecordOutputs

    def __init__(self, name: str, args: DnsRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:DnsRecord", name, None, opts)
        group, zone = zone_of(args.zone)
        gateway = pulumi.Output.from_input(args.gateway)
        azure.dns.RecordSet(
            name,
            resource_group_name=group,
            zone_name=zone,
            relative_record_set_name=args.domain.removesuffix(zone).rstrip(".") or APEX,
            record_type="A",
            ttl=TTL_SECONDS,
            a_records=[{"ipv4_address": gateway.apply(lambda told: str(told["address"]))}],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.contract_outputs = DnsRecordOutputs(domain=pulumi.Output.from_input(args.domain))
        self.register_outputs({"domain": args.domain})


def zone_of(resource_id: str) -> tuple[str, str]:
    """Resource group and zone of /subscriptions/…/resourceGroups/GROUP/providers/Microsoft.Network/dnsZones/ZONE."""
    parts = resource_id.split("/")
    return parts[4], parts[8]
