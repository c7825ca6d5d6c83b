"""What Google Cloud gives a cluster, by the contract's names."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_gcp as gcp

from components.clouds.gcp.bucket import Bucket
from components.clouds.gcp.budget import Budget
from components.clouds.gcp.ci_identity import CiIdentity
from components.clouds.gcp.cluster import Cluster
from components.clouds.gcp.dns import DnsRecord
from components.clouds.gcp.foundation import Foundation
from components.clouds.gcp.gateway_address import GatewayAddress
from components.clouds.gcp.home_storage import HomeStorage
from components.clouds.gcp.identity import Identity
from components.clouds.gcp.network import Network
from components.clouds.gcp.node_pool import NodePool
from components.clouds.gcp.registry import Registry
from components.kubernetes_contract import Parts, Site


def provider(
    name: str, site: Site, labels: Mapping[str, str], opts: pulumi.ResourceOptions | None = None
) -> gcp.Provider:
    """One project and nothing else, whatever the machine's gcloud is set to."""
    return gcp.Provider(
        name,
        project=site.account,
        region=site.region,
        zone=site.zone,
        default_labels=dict(labels),
        # Budgets are no project's; with people's own sign-in Google asks whose quota their calls count on.
        billing_project=site.account,
        user_project_override=True,
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
)
