"""Google Cloud behind the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from components.contract import Refusal
from components.kubernetes_cloud import KubernetesCloud

if TYPE_CHECKING:
    from components.kubernetes_contract import Site
    from schemas.cluster import Cluster
    from schemas.community import Deployment


class GoogleCloudPlatform(KubernetesCloud):
    """Clusters of GKE: one zone, private nodes, homes on a disk."""

    provider = "gcp"
    extra = "gcp"
    modules = ("pulumi_gcp", "pulumi_kubernetes")
    title = "Google Cloud"
    zone_pattern = r"[a-z][-a-z0-9]{0,62}"
    zone_words = "the managed zone's name"
    bucket_scheme = "gs"
    data_types = ("gcp:compute/disk:Disk", "gcp:filestore/instance:Instance", "gcp:storage/bucket:Bucket")

    def site(self, cluster: Cluster) -> Site | None:
        """The project's zone."""
        from components.kubernetes_contract import Site

        asked = cluster.gcp
        if asked is None:
            return None
        return Site(
            account=asked.project,
            region=asked.region,
            zone=asked.zone,
            payer=asked.billing_account,
            kms_key_id=asked.kms_key,
        )

    def own_refusals(self, name: str, cluster: Cluster) -> Iterable[Refusal]:
        """Regions, machines, addresses, homes and principals that Google does not have."""
        from components.clouds.gcp.refusals import cluster_refusals

        return cluster_refusals(name, cluster)

    def hub_refusals(self, deployment: Deployment) -> Iterable[Refusal]:
        """Names that Google keeps for its own buckets."""
        from components.clouds.gcp.refusals import bucket_refusals

        return bucket_refusals(deployment)

    def site_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Iterable[Refusal]:
        """Another project or zone."""
        from components.clouds.gcp.refusals import site_refusals

        return site_refusals(facts, cluster)
