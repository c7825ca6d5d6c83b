"""Google Cloud behind the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from components.contract import Allocatable, Refusal, RefusedError
from components.machines.names import UnavailableError

if TYPE_CHECKING:
    from components.contract import ClusterArgs, ClusterOutputs, HubArgs, HubOutputs, HubRuntime
    from schemas.cluster import Cluster
    from schemas.community import Deployment

NO_HUBS = Refusal(
    path=("cluster_name",),
    fault="a hub cannot stand on Google Cloud: this project makes clusters there, and no hubs on them",
    remedy="put the community on a cluster with provider: local",
)


class GoogleCloudPlatform:
    """Clusters of GKE: one zone, private nodes, homes on a disk."""

    title = "Google Cloud"
    data_types: Sequence[str] = (
        "gcp:compute/disk:Disk",
        "gcp:filestore/instance:Instance",
        "gcp:storage/bucket:Bucket",
    )
    tools: Sequence[str] = ()

    def cluster_refusals(self, name: str, cluster: Cluster) -> Sequence[Refusal]:
        """Regions, machines, addresses, homes and principals that Google does not have."""
        from components.clouds.gcp.refusals import cluster_refusals

        return list(cluster_refusals(name, cluster))

    def change_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Sequence[Refusal]:
        """Versions, disks, addresses and pools that only go one way, and another project or zone."""
        from components.clouds.gcp.refusals import site_refusals
        from components.cluster_changes import change_refusals

        return [*change_refusals(facts, cluster), *site_refusals(facts, cluster)]

    def refusals(self, deployment: Deployment) -> Sequence[Refusal]:
        """Every hub; said where the community names its cluster, or describes its own."""
        own = deployment.cluster_name == deployment.community
        return [replace(NO_HUBS, path=("cluster", "provider")) if own else NO_HUBS]

    def allocatable(self, cluster: Cluster, pool: str | None) -> Allocatable | None:
        """What is left of a node after GKE's share and daemonsets; None where there is no such pool or machine."""
        from components.cluster_pools import resolve_pool
        from components.machines.offers import offer

        if pool is None:
            return None
        try:
            free = resolve_pool(pool, cluster.node_pools[pool], offer("gcp")).free
        except UnavailableError:
            return None
        return Allocatable(cpu=free.cpu, memory_gib=free.memory_gib, gpu=free.gpu)

    def public(self, cluster: Cluster) -> bool:
        """Always: hubs are there for people elsewhere."""
        return True

    def warnings(self, deployment: Deployment) -> Sequence[str]:
        """None."""
        return []

    def cluster(self, name: str, args: ClusterArgs) -> ClusterOutputs:
        """Network, GKE, pools, registry, homes."""
        from components.clouds.gcp.parts import PARTS
        from components.kubernetes_cluster import KubernetesCluster
        from components.kubernetes_contract import Site

        asked = args.cluster.gcp
        if asked is None:
            raise RefusedError(Refusal(path=("gcp",), fault="the section gcp is missing", remedy="add it"))
        site = Site(
            account=asked.project,
            region=asked.region,
            zone=asked.zone,
            payer=asked.billing_account,
            kms_key_id=asked.kms_key,
        )
        return KubernetesCluster(name, args, PARTS, site).contract_outputs

    def hub(self, name: str, args: HubArgs) -> HubOutputs:
        """Raises RefusedError, as validation does."""
        raise RefusedError(NO_HUBS)

    def runtime(self, facts: Mapping[str, Any]) -> HubRuntime:
        """Raises RefusedError: there is no hub to look at."""
        raise RefusedError(NO_HUBS)
