"""A cluster that is there already, behind the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from components.contract import Allocatable, Refusal, RefusedError, SignedIn
from components.kubernetes_cloud import KubernetesCloud

if TYPE_CHECKING:
    from pathlib import Path

    from components.account_contract import AccountArgs, AccountOutputs, StatePlace
    from components.contract import ClusterArgs, ClusterOutputs, HubArgs, HubOutputs, MissingCredentials
    from components.kubernetes_contract import Site
    from components.server_fates import ServersFate
    from components.survey.survey import Survey
    from schemas.cluster import Cluster
    from schemas.community import Deployment

NO_ACCOUNT = Refusal(
    path=("provider",),
    fault="a cluster that is there already has no account to make ready",
    remedy="deploy it: its state is where Pulumi.yaml says",
)


class ExistingKubernetes(KubernetesCloud):
    """Whatever a context of a kubeconfig leads to: kind, k3d, OpenShift, a cluster of one's own or another's."""

    provider = "existing"
    extra = "kubernetes"
    modules = ("pulumi_kubernetes", "kubernetes")
    title = "a cluster that is there already"
    data_types = ("kubernetes:core/v1:PersistentVolumeClaim",)
    zone_pattern = ".*"
    zone_words = "any name"

    def site(self, cluster: Cluster) -> Site | None:
        """The context stands for account and place alike."""
        from components.kubernetes_contract import Site

        return Site(account=cluster.existing.context, region="", zone="") if cluster.existing else None

    def own_refusals(self, name: str, cluster: Cluster) -> Iterable[Refusal]:
        """What is its owner's to say; what it does not have is told when it is looked at."""
        from components.clouds.existing.refusals import cluster_refusals

        return cluster_refusals(cluster)

    def site_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Iterable[Refusal]:
        """Another context, or other homes."""
        from components.clouds.existing.refusals import site_refusals

        return site_refusals(facts, cluster)

    def hub_refusals(self, deployment: Deployment) -> Iterable[Refusal]:
        """Buckets."""
        from components.hub.refusals import bucket_refusals

        return bucket_refusals(deployment, why="no buckets are made beside a cluster that is there already")

    def allocatable(self, cluster: Cluster, pool: str | None) -> Allocatable | None:
        """What the file says of the pool: a deploy holds that against the nodes, so it is there at least."""
        if pool is None:
            return None
        asked = cluster.node_pools[pool]
        return Allocatable(cpu=asked.cpu, memory_gib=asked.memory_gib, gpu=asked.gpu.count if asked.gpu else 0)

    def warnings(self, deployment: Deployment) -> Sequence[str]:
        """Nobody copies homes."""
        return ["nobody here takes copies of people's files: that is for whoever runs the cluster's storage"]

    def missing_credentials(self, environment: Mapping[str, str]) -> MissingCredentials | None:
        """None: which login it takes stands in the kubeconfig, and a look at the cluster tells whether it holds."""
        return None

    def signed_in(self, cluster: Cluster, project: Path, environment: Mapping[str, str]) -> SignedIn:
        """The cluster itself stands for the account: what its context leads to may be another one some day."""
        from components.clouds.existing.cluster_id import cluster_id

        found = cluster_id(cluster, project)
        return SignedIn(who=cluster.existing.context if cluster.existing else "", accounts=(found,) if found else ())

    def servers_fate(self, resource_type: str, operation: str, properties: Sequence[str]) -> ServersFate:
        """Of Kubernetes alone: nodes and network are its owner's."""
        from components.server_fates import KUBERNETES

        return KUBERNETES.fate(resource_type, operation, properties)

    def identity(self, resource_type: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:
        """None: nothing is made there but objects of the cluster, which the engine's own part knows by their names."""
        return None

    def remedy(self, complaint: str) -> str | None:
        """After those of Kubernetes."""
        from components.remedies import KUBERNETES, remedy

        return remedy(complaint, KUBERNETES)

    def kubeconfig(self, cluster: Cluster, project: Path, facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """That of the context, as it stands on this machine. Raises ClusterUnseenError."""
        from components.clouds.existing.context import find_context, kubeconfig_files

        asked = cluster.existing
        return find_context(asked.context, kubeconfig_files(asked.kubeconfig, project)).kubeconfig if asked else None

    def unfit(self, cluster: Cluster, survey: Survey) -> Sequence[Refusal]:
        """Pools without nodes, homes without storage, a login without rights."""
        from components.clouds.existing.fit import unfit

        return list(unfit(cluster, survey))

    def state_place(self, cluster: Cluster, region: str | None = None) -> StatePlace | None:
        """None: state is where Pulumi.yaml says."""
        return None

    def account(self, name: str, args: AccountArgs) -> AccountOutputs:
        """Raises RefusedError: there is none."""
        raise RefusedError(NO_ACCOUNT)

    def cluster(self, name: str, args: ClusterArgs) -> ClusterOutputs:
        """What hubs need to know of it. Raises RefusedError for what it cannot give."""
        from components.clouds.existing.cluster import Existing

        site, asked = self._site(args.cluster), args.cluster.existing
        assert asked is not None  # _site says so otherwise
        return Existing(name, args, asked, site).contract_outputs

    def cluster_charts(self, cluster: Cluster) -> Sequence[str]:
        """None: what runs there is whoever runs it's."""
        return []

    def hub(self, name: str, args: HubArgs) -> HubOutputs:
        """Its place, its releases, and a way in by the cluster's own."""
        from components.clouds.existing.hub import ExistingHub

        return ExistingHub(name, args, None, self._site(args.deployment.cluster)).contract_outputs
