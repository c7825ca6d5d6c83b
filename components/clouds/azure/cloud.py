"""Azure behind the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from components.clouds.azure.taints import SPOT_TAINT
from components.contract import ClusterArgs, ClusterOutputs, HubArgs, HubOutputs, Refusal
from components.kubernetes_cloud import KubernetesCloud

if TYPE_CHECKING:
    from components.kubernetes_contract import Site
    from schemas.cluster import Cluster
    from schemas.community import Deployment


class MicrosoftAzure(KubernetesCloud):
    """Clusters of AKS: one zone, private nodes, homes on a disk, all in one resource group."""

    provider = "azure"
    extra = "azure"
    modules = ("pulumi_azure_native", "pulumi_kubernetes")
    title = "Azure"
    spot_taints = (SPOT_TAINT,)
    zone_pattern = r"/subscriptions/[-0-9a-f]{36}/resourceGroups/[^/]+/providers/Microsoft\.Network/dnsZones/[^/]+"
    zone_words = "the zone's full resource id"
    data_types = (
        # What is in a group goes with it: files would not outlive theirs.
        "azure-native:resources:ResourceGroup",
        "azure-native:compute:Disk",
        "azure-native:dataprotection:BackupVault",
        "azure-native:dataprotection:BackupPolicy",
        "azure-native:dataprotection:BackupInstance",
        "azure-native:storage:StorageAccount",
        "azure-native:storage:FileShare",
        "azure-native:storage:BlobContainer",
        "azure-native:storage:BlobServiceProperties",
    )

    def site(self, cluster: Cluster) -> Site | None:
        """The subscription's zone."""
        from components.kubernetes_contract import Site

        asked = cluster.azure
        if asked is None:
            return None
        return Site(
            account=asked.subscription_id,
            region=asked.location,
            zone=asked.zone,
            kms_key_id=asked.disk_encryption_set,
            group=asked.resource_group,
        )

    def cluster(self, name: str, args: ClusterArgs) -> ClusterOutputs:
        """As everywhere, in a group named after the cluster where the file names none."""
        return super().cluster(name, replace(args, cluster=grouped(name, args.cluster)))

    def hub(self, name: str, args: HubArgs) -> HubOutputs:
        """In the cluster's group."""
        deployment = args.deployment
        cluster = grouped(deployment.cluster_name, deployment.cluster)
        return super().hub(name, replace(args, deployment=deployment.model_copy(update={"cluster": cluster})))

    def own_refusals(self, name: str, cluster: Cluster) -> Iterable[Refusal]:
        """Regions, machines, addresses, homes and principals that Azure does not have."""
        from components.clouds.azure.refusals import cluster_refusals

        return cluster_refusals(name, cluster)

    def hub_refusals(self, deployment: Deployment) -> Iterable[Refusal]:
        """Buckets whose readers pay."""
        from components.clouds.azure.refusals import bucket_refusals

        return bucket_refusals(deployment)

    def site_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Iterable[Refusal]:
        """Another subscription, region, zone, group or key."""
        from components.clouds.azure.refusals import site_refusals

        return site_refusals(facts, cluster)


def grouped(name: str, cluster: Cluster) -> Cluster:
    """The cluster with its resource group's name filled in."""
    asked = cluster.azure
    if asked is None:
        return cluster
    return cluster.model_copy(update={"azure": asked.model_copy(update={"resource_group": asked.group(name)})})
