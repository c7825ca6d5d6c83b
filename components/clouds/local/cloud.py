"""The local cloud behind the contract."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from components.contract import Allocatable, Refusal, RefusedError, SignedIn
from schemas.cluster import KUBERNETES_FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from components.account_contract import AccountArgs, AccountOutputs, StatePlace
    from components.contract import ClusterArgs, ClusterOutputs, HubArgs, HubOutputs, HubRuntime, MissingCredentials
    from components.kubernetes_contract.pools import Taint
    from components.server_fates import ServersFate
    from components.survey.survey import Survey
    from schemas.cluster import Cluster
    from schemas.community import Deployment
    from schemas.node_pool import NodePool

ONE_USER = (
    "all servers run as the user who deploys: whoever may sign in can read and change everyone's files on this hub, "
    "and whatever else that user can"
)
NO_BUCKETS = Refusal(
    path=("hub", "buckets"),
    fault="the local cloud is one machine, and has no buckets",
    remedy="use shared_directories, or choose a cloud as provider",
)


class LocalCloud:
    """One machine; pools are shares of it, and its one user runs everything."""

    title = "this machine"
    data_types: Sequence[str] = ("localhub:index:Directory",)
    sends_bill = False
    spot_taints: Sequence[Taint] = ()
    nodes_come_and_go = False
    has_stand_in = False
    extra = "local"
    modules: Sequence[str] = ("pulumi",)
    tools: Sequence[str] = ("node", "configurable-http-proxy")

    def cluster_refusals(self, name: str, cluster: Cluster) -> Sequence[Refusal]:
        """A machine has no GPUs to lend, no spot nodes, no nodes to count, and no Kubernetes."""
        pools = [refusal for pool, share in cluster.node_pools.items() for refusal in _pool_refusals(pool, share)]
        return [*pools, *_kubernetes_refusals(cluster)]

    def change_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Sequence[Refusal]:
        """None: a machine's share can be any other tomorrow."""
        return []

    def refusals(self, deployment: Deployment) -> Sequence[Refusal]:
        """Buckets; else whatever fits the machine, a hub on it can be."""
        return [] if not deployment.hub.buckets else [NO_BUCKETS]

    def allocatable(self, cluster: Cluster, pool: str | None) -> Allocatable | None:
        """A pool's own figures, or the machine's budget where the file gives one."""
        if pool is not None:
            share = cluster.node_pools[pool]
            return Allocatable(cpu=share.cpu, memory_gib=share.memory_gib)
        machine = cluster.local
        if machine.cpu is None and machine.memory_gib is None:
            return None
        unlimited = float("inf")
        return Allocatable(cpu=machine.cpu or unlimited, memory_gib=machine.memory_gib or unlimited)

    def public(self, cluster: Cluster) -> bool:
        """Whether the hubs listen beyond loopback."""
        return not ipaddress.ip_address(cluster.local.listen_address).is_loopback

    def warnings(self, deployment: Deployment) -> Sequence[str]:
        """Everybody is one user of the machine; the network may be let in."""
        said = [ONE_USER]
        if self.public(deployment.cluster):
            said.append(
                f"the hub listens on {deployment.cluster.local.listen_address}, without encryption: put a proxy with "
                "TLS before it or keep the network closed"
            )
        return said

    def missing_credentials(self, environment: Mapping[str, str]) -> MissingCredentials | None:
        """None: nobody signs in to their own machine."""
        return None

    def signed_in(self, cluster: Cluster, project: Path, environment: Mapping[str, str]) -> SignedIn:
        """Nobody: this machine has no accounts."""
        return SignedIn()

    def remedy(self, complaint: str) -> str | None:
        """None: its errors say themselves what to do."""
        return None

    def cluster(self, name: str, args: ClusterArgs) -> ClusterOutputs:
        """The machine's folder and budget."""
        from components.clouds.local.machine import LocalMachine

        return LocalMachine(name, args).contract_outputs

    def kubeconfig(self, cluster: Cluster, project: Path, facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """None: there is no Kubernetes."""
        return None

    def unfit(self, cluster: Cluster, survey: Survey) -> Sequence[Refusal]:
        """None."""
        return []

    def state_place(self, cluster: Cluster, region: str | None = None) -> StatePlace | None:
        """None: there is no account."""
        return None

    def account(self, name: str, args: AccountArgs) -> AccountOutputs:
        """Raises RefusedError: there is no account."""
        raise RefusedError(Refusal(path=("provider",), fault="this machine has no account", remedy="deploy right away"))

    def hub(self, name: str, args: HubArgs) -> HubOutputs:
        """Directories, environments, and the hub as processes."""
        from components.clouds.local.hub import LocalHub

        return LocalHub(name, args).contract_outputs

    def charts(self, deployment: Deployment) -> Sequence[str]:
        """None: there is no Kubernetes."""
        return []

    def cluster_charts(self, cluster: Cluster) -> Sequence[str]:
        """None."""
        return []

    def configuration(self, deployment: Deployment) -> Mapping[str, Any]:
        """The hub's settings, and what its environments are made of."""
        from components.clouds.local.settings import hub_settings

        images = {name: image.digest for name, image in deployment.images.items()}
        return {"settings": hub_settings(deployment), "environments": images}

    def effect(self, path: Sequence[str | int]) -> str:
        """Servers read their own options when they start; all else is the hub's."""
        from components.clouds.local.effects import effect

        return effect(path)

    def servers_fate(self, resource_type: str, operation: str, properties: Sequence[str]) -> ServersFate:
        """After this folder's `servers`."""
        from components.clouds.local.servers import SERVERS

        return SERVERS.fate(resource_type, operation, properties)

    def identity(self, resource_type: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:
        """None: making one of its resources again finds what is there."""
        return None

    def runtime(self, facts: Mapping[str, Any]) -> HubRuntime:
        """The hub whose folder the facts name."""
        from components.clouds.local.runtime import LocalRuntime

        return LocalRuntime(facts)


def _pool_refusals(name: str, pool: NodePool) -> Iterator[Refusal]:
    meaningless = {
        "gpu": pool.gpu is not None,
        "machine_type": pool.machine_type is not None,
        "node_selector": pool.node_selector is not None,
        "spot": pool.spot,
        "min_nodes": pool.min_nodes != _field_default(pool, "min_nodes"),
        "max_nodes": pool.max_nodes not in (1, _field_default(pool, "max_nodes")),
        "disk_gib": pool.disk_gib != _field_default(pool, "disk_gib"),
        "role": pool.role != "user",
    }
    for field, asked in meaningless.items():
        if asked:
            yield Refusal(
                path=("node_pools", name, field),
                fault=f"the local cloud is one machine: a pool there is a share of its cores and memory, and {field} "
                f"has no meaning (found {_plain(getattr(pool, field))})",
                remedy=f"remove {field}, or remove the pool: servers then share the machine's whole budget",
            )


def _kubernetes_refusals(cluster: Cluster) -> Iterator[Refusal]:
    for field in filter(cluster.asks_for, KUBERNETES_FIELDS):
        yield Refusal(
            path=(field,),
            fault=f"the local cloud has no Kubernetes, and {field} has no meaning there",
            remedy=f"remove {field}, or choose a cloud as provider",
        )


def _field_default(pool: NodePool, field: str) -> Any:
    return type(pool).model_fields[field].default


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value
