"""Amazon Web Services behind the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from components.contract import Refusal
from components.kubernetes_cloud import KubernetesCloud

if TYPE_CHECKING:
    from components.kubernetes_contract import Site
    from schemas.cluster import Cluster


class AmazonCloud(KubernetesCloud):
    """Clusters of EKS: nodes in one zone, private, homes on a disk."""

    provider = "aws"
    extra = "aws"
    modules = ("pulumi_aws", "pulumi_kubernetes")
    title = "Amazon Web Services"
    zone_pattern = r"Z[A-Z0-9]{1,31}"
    zone_words = "the hosted zone's id"
    bucket_scheme = "s3"
    data_types = (
        "aws:ebs/volume:Volume",
        "aws:efs/fileSystem:FileSystem",
        "aws:backup/vault:Vault",
        "aws:s3/bucket:Bucket",
    )

    def site(self, cluster: Cluster) -> Site | None:
        """The account's zone."""
        from components.kubernetes_contract import Site

        asked = cluster.aws
        if asked is None:
            return None
        return Site(account=asked.account_id, region=asked.region, zone=asked.zone, kms_key_id=asked.kms_key)

    def own_refusals(self, name: str, cluster: Cluster) -> Iterable[Refusal]:
        """Regions, machines, addresses, homes and principals that AWS does not have."""
        from components.clouds.aws.refusals import cluster_refusals

        return cluster_refusals(name, cluster)

    def site_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Iterable[Refusal]:
        """Another account or zone."""
        from components.clouds.aws.refusals import site_refusals

        return site_refusals(facts, cluster)
