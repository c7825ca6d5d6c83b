"""What AWS gives a cluster, by the contract's names."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.clouds.aws.addons import Addons
from components.clouds.aws.autoscaler import Autoscaler
from components.clouds.aws.bucket import Bucket
from components.clouds.aws.budget import Budget
from components.clouds.aws.ci_identity import CiIdentity
from components.clouds.aws.cluster import Cluster
from components.clouds.aws.dns import DnsRecord
from components.clouds.aws.foundation import Foundation
from components.clouds.aws.home_storage import DISKS, HomeStorage
from components.clouds.aws.identity import Identity
from components.clouds.aws.network import Network
from components.clouds.aws.node_pool import NodePool
from components.clouds.aws.registry import Registry
from components.kubernetes_contract import DefaultDisk, Parts, Site, SupportNeeds


def provider(
    name: str, site: Site, labels: Mapping[str, str], opts: pulumi.ResourceOptions | None = None
) -> aws.Provider:
    """One account and region and nothing else, whatever the machine's profile is set to."""
    return aws.Provider(
        name,
        region=site.region,
        allowed_account_ids=[site.account],
        default_tags={"tags": dict(labels)},
        opts=opts,
    )


PARTS = Parts(
    provider=provider,
    network=Network,
    control_plane=Cluster,
    node_pool=NodePool,
    addons=Addons,
    autoscaler=Autoscaler,
    needs=SupportNeeds(
        # Drivers are in the nodes' system; what counts GPUs is not.
        device_plugin=True,
        default_disk=DefaultDisk(csi_driver=DISKS, parameters={"type": "gp3", "encrypted": "true"}),
        # Otherwise one of the kind that Amazon no longer develops.
        load_balancer_annotations={"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"},
    ),
    registry=Registry,
    home_storage=HomeStorage,
    bucket=Bucket,
    identity=Identity,
    budget=Budget,
    ci_identity=CiIdentity,
    foundation=Foundation,
    dns_record=DnsRecord,
)
