"""What all clouds with Kubernetes answer alike; a cloud adds what it refuses and where its section puts a cluster."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from components.contract import Allocatable, Refusal, RefusedError
from components.machines.names import UnavailableError

if TYPE_CHECKING:
    from components.contract import ClusterArgs, ClusterOutputs, HubArgs, HubOutputs, HubRuntime
    from components.kubernetes_contract import Site
    from schemas.cluster import Cluster
    from schemas.community import Deployment

NO_HUBS = Refusal(
    path=("cluster_name",),
    fault="a hub cannot stand on this cluster: this project makes clusters there, and no hubs on them",
    remedy="put the community on a cluster with provider: local",
)


class KubernetesCloud(ABC):
    """A cloud behind the contract, given its parts."""

    provider: str
    """The folder's name."""
    title: str
    data_types: Sequence[str]
    tools: Sequence[str] = ()

    @abstractmethod
    def site(self, cluster: Cluster) -> Site | None:
        """Where the cluster's own section puts it; None without that section."""

    @abstractmethod
    def own_refusals(self, name: str, cluster: Cluster) -> Iterable[Refusal]:
        """What this cloud alone cannot give of what the cluster asks for; its section is there."""

    @abstractmethod
    def site_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Iterable[Refusal]:
        """Another place than the standing cluster's; `facts` are not empty."""

    def cluster_refusals(self, name: str, cluster: Cluster) -> Sequence[Refusal]:
        """Regions, machines, addresses, homes and principals that the cloud does not have."""
        # A missing section is said by whoever checks that a provider has its own.
        return list(self.own_refusals(name, cluster)) if self.site(cluster) else []

    def change_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Sequence[Refusal]:
        """Versions, disks, addresses and pools that only go one way, and another place."""
        from components.cluster_changes import change_refusals

        return [*change_refusals(facts, cluster), *(self.site_refusals(facts, cluster) if facts else ())]

    def refusals(self, deployment: Deployment) -> Sequence[Refusal]:
        """Every hub; said where the community names its cluster, or describes its own."""
        own = deployment.cluster_name == deployment.community
        return [replace(NO_HUBS, path=("cluster", "provider")) if own else NO_HUBS]

    def allocatable(self, cluster: Cluster, pool: str | None) -> Allocatable | None:
        """What is left of a node after the cloud's share and daemonsets; None where there is no such machine."""
        from components.cluster_pools import resolve_pool
        from components.machines.offers import offer

        if pool is None:
            return None
        try:
            free = resolve_pool(pool, cluster.node_pools[pool], offer(self.provider)).free
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
        """Network, control plane, pools, registry, homes. Raises RefusedError without the cloud's section."""
        from components.kubernetes_cluster import KubernetesCluster

        site = self.site(args.cluster)
        if site is None:
            raise RefusedError(
                Refusal(path=(self.provider,), fault=f"the section {self.provider} is missing", remedy="add it")
            )
        parts = import_module(f"components.clouds.{self.provider}.parts").PARTS
        return KubernetesCluster(name, args, parts, site).contract_outputs

    def hub(self, name: str, args: HubArgs) -> HubOutputs:
        """Raises RefusedError, as validation does."""
        raise RefusedError(NO_HUBS)

    def runtime(self, facts: Mapping[str, Any]) -> HubRuntime:
        """Raises RefusedError: there is no hub to look at."""
        raise RefusedError(NO_HUBS)
