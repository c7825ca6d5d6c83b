"""A hub's name in a zone that is there already, in every cloud."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.clouds import cloud
from components.kubernetes_contract import DnsRecordArgs, Site
from providers.simulated.places import at
from schemas.cluster import Cluster
from tests.contract.conftest import CLOUDS, asked, resources

pytestmark = pytest.mark.engine

DOMAIN = "ocean.example.org"
GATEWAY = {"address": "192.0.2.7", "hostname": "gateway-1.elb.example.org"}


def google_zone(child: pulumi.ResourceOptions) -> pulumi.Input[str]:
    import pulumi_gcp as gcp

    return gcp.dns.ManagedZone("zone", name="ocean-example-org", dns_name=f"{DOMAIN}.", opts=child).name


def amazon_zone(child: pulumi.ResourceOptions) -> pulumi.Input[str]:
    import pulumi_aws as aws

    return aws.route53.Zone("zone", name=DOMAIN, opts=child).zone_id


def azure_zone(child: pulumi.ResourceOptions) -> pulumi.Input[str]:
    import pulumi_azure_native as azure

    group = azure.resources.ResourceGroup("names", opts=child)
    zone = azure.dns.Zone("zone", resource_group_name=group.name, zone_name=DOMAIN, location="Global", opts=child)
    return zone.id


ZONES: dict[str, Callable[[pulumi.ResourceOptions], pulumi.Input[str]]] = {
    "gcp": google_zone,
    "aws": amazon_zone,
    "azure": azure_zone,
}
RECORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "gcp": ("RecordSet", {"name": "hub.ocean.example.org.", "type": "A", "rrdatas": ["192.0.2.7"]}),
    "aws": ("Record", {"name": "hub.ocean.example.org", "type": "CNAME", "records": ["gateway-1.elb.example.org"]}),
    "azure": (
        "RecordSet",
        {"relativeRecordSetName": "hub", "recordType": "A", "aRecords": [{"ipv4Address": "192.0.2.7"}]},
    ),
}


@pytest.mark.parametrize("provider", [provider for provider in CLOUDS if provider in ZONES])
def test_leads_to_the_gateway(provider: str, strict_simulation: Any) -> None:
    import importlib

    parts = importlib.import_module(f"components.clouds.{provider}.parts").PARTS
    site: Site = cloud(provider).site(Cluster.model_validate(asked(provider)))  # type: ignore[attr-defined]

    def zone_program() -> None:
        child = pulumi.ResourceOptions(provider=parts.provider("names", site, {}))
        pulumi.export("zone", ZONES[provider](child))

    made = strict_simulation.stack("names", zone_program, {}).up()
    assert not made.failed, made.text
    zone = made.outputs["zone"]

    def record_program() -> None:
        child = pulumi.ResourceOptions(provider=parts.provider("hub", site, {}))
        args = DnsRecordArgs(site=site, zone=zone, domain=f"hub.{DOMAIN}", gateway=GATEWAY)
        pulumi.export("domain", parts.dns_record("hub", args, child).contract_outputs.domain)

    stack = strict_simulation.stack("ocean-prod", record_program, {})
    recorded = stack.up()
    assert not recorded.failed, recorded.text
    assert recorded.outputs["domain"] == f"hub.{DOMAIN}"
    (record,) = resources(stack)
    kind, inputs = RECORDS[provider]
    assert record["type"].endswith(f":{kind}")
    assert {field: at(record["inputs"], field) for field in inputs} == inputs
    assert stack.up().changes == []


@pytest.mark.parametrize("provider", [provider for provider in CLOUDS if provider in ZONES])
def test_a_zone_is_named_as_its_cloud_does(provider: str) -> None:
    asked_for = {"domain": DOMAIN, "zone": "Not/A Zone"}
    cluster = Cluster.model_validate(asked(provider, dns_zone=asked_for))
    refused = cloud(provider).cluster_refusals("demo", cluster)
    assert [refusal.path for refusal in refused] == [("dns_zone", "zone")]
