"""What Azure gives a cluster, by the contract's names."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_azure_native as azure

from components.clouds.azure.bucket import Bucket
from components.clouds.azure.budget import Budget
from components.clouds.azure.ci_identity import CiIdentity
from components.clouds.azure.cluster import Cluster
from components.clouds.azure.dns import DnsRecord
from components.clouds.azure.foundation import Foundation
from components.clouds.azure.gateway_address import GatewayAddress
from components.clouds.azure.home_storage import HomeStorage
from components.clouds.azure.identity import Identity
from components.clouds.azure.network import Network
from components.clouds.azure.node_pool import NodePool
from components.clouds.azure.registry import Registry
from components.kubernetes_contract import Parts, Site, SupportNeeds


def provider(
    name: str,
    site: Site,
    labels: Mapping[str, str],  # noqa: ARG001
    opts: pulumi.ResourceOptions | None = None,
) -> azure.Provider:
    """One subscription and nothing else, whatever the machine's az is set to.

    It knows no labels for everything: each resource has those of its site.
    """
    return azure.Provider(
        name,
        subscription_id=site.account,
        location=site.region,
        opts=opts,
    )


PARTS = Parts(
    provider=provider,
    network=Network,
    control_plane=Cluster,
    node_pool=NodePool,
    registry=Registry,
    home_storage=HomeStorage,
    bucket=Bucket,
    identity=Identity,
    budget=Budget,
    ci_identity=CiIdentity,
    foundation=Foundation,
    dns_record=DnsRecord,
    gateway_address=GatewayAddress,
    # AKS installs drivers; what counts GPUs is not among them.
    needs=SupportNeeds(device_plugin=True),
)
