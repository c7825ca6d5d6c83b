"""What all clouds with Kubernetes answer alike; a cloud adds what it refuses and where its section puts a cluster."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from components.contract import Allocatable, Refusal, RefusedError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from components.account_contract import AccountArgs, AccountOutputs, StatePlace
    from components.contract import (
        ClusterArgs,
        ClusterOutputs,
        HubArgs,
        HubOutputs,
        HubRuntime,
        MissingCredentials,
        SignedIn,
    )
    from components.kubernetes_contract import Parts, Site
    from components.kubernetes_contract.pools import Taint
    from components.server_fates import ServersFate
    from components.survey.survey import Survey
    from schemas.cluster import Cluster
    from schemas.community import Deployment


class KubernetesCloud(ABC):
    """A cloud behind the contract, given its parts."""

    provider: str
    """The folder's name."""
    title: str
    data_types: Sequence[str]
    zone_pattern: str
    """What this cloud's own names of DNS zones look like."""
    zone_words: str
    """What that is called there."""
    bucket_scheme: str | None = None
    """How addresses begin of buckets of somebody else's that servers there can be let into; None: of none."""
    sends_bill = True
    spot_taints: Sequence[Taint] = ()
    nodes_come_and_go = True
    has_stand_in = True
    extra: str
    modules: Sequence[str]
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

    def hub_refusals(self, deployment: Deployment) -> Iterable[Refusal]:
        """What this cloud alone cannot give of what a hub asks for."""
        return ()

    def cluster_refusals(self, name: str, cluster: Cluster) -> Sequence[Refusal]:
        """Regions, machines, addresses, homes, principals and zones that the cloud does not have."""
        if self.site(cluster) is None:
            return []  # said by whoever checks that a provider has its section
        return [*self.own_refusals(name, cluster), *self._zone_refusals(cluster)]

    def _zone_refusals(self, cluster: Cluster) -> Iterable[Refusal]:
        asked = cluster.dns_zone
        if asked and not re.fullmatch(self.zone_pattern, asked.zone):
            yield Refusal(
                path=("dns_zone", "zone"),
                fault=f"{asked.zone!r} is not what {self.title} calls a zone",
                remedy=f"write {self.zone_words}",
            )

    def change_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Sequence[Refusal]:
        """Versions, disks, addresses and pools that only go one way, and another place."""
        from components.cluster_changes import change_refusals

        return [*change_refusals(facts, cluster), *(self.site_refusals(facts, cluster) if facts else ())]

    def refusals(self, deployment: Deployment) -> Sequence[Refusal]:
        """What its place wants, and somebody else's buckets that its servers cannot be let into."""
        from components.hub.external_buckets import external_refusals
        from components.hub.refusals import place_refusals

        external = external_refusals(deployment, scheme=self.bucket_scheme, title=self.title)
        return [*place_refusals(deployment), *external, *self.hub_refusals(deployment)]

    def allocatable(self, cluster: Cluster, pool: str | None) -> Allocatable | None:
        """What is left of a node after the cloud's share and daemonsets; None where there is no such machine."""
        from components.cluster_pools import allocatable

        if pool is None:
            return None
        # Labels choose no machine here, and what has some cannot be a key of what was reckoned before.
        return allocatable(self.provider, cluster.node_pools[pool].model_copy(update={"node_selector": None}))

    def public(self, cluster: Cluster) -> bool:
        """Always: hubs are there for people elsewhere."""
        return True

    def warnings(self, deployment: Deployment) -> Sequence[str]:
        """None."""
        return []

    def missing_credentials(self, environment: Mapping[str, str]) -> MissingCredentials | None:
        """What the folder's `credentials` says."""
        missing: MissingCredentials | None = self._module("credentials").missing_credentials(environment)
        return missing

    def signed_in(self, cluster: Cluster, project: Path, environment: Mapping[str, str]) -> SignedIn:
        """What the folder's `credentials` says."""
        found: SignedIn = self._module("credentials").signed_in(environment)
        return found

    def remedy(self, complaint: str) -> str | None:
        """After the folder's `remedies`, and those of Kubernetes."""
        from components.remedies import KUBERNETES, remedy

        return remedy(complaint, (*self._module("remedies").REMEDIES, *KUBERNETES))

    def cluster(self, name: str, args: ClusterArgs) -> ClusterOutputs:
        """Network, control plane, pools, registry, homes. Raises RefusedError without the cloud's section."""
        from components.kubernetes_cluster import KubernetesCluster

        return KubernetesCluster(name, args, self._parts(), self._site(args.cluster)).contract_outputs

    def kubeconfig(self, cluster: Cluster, project: Path, facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """That of the last deploy, which signs in by the cloud's own program."""
        told = facts.get("kubeconfig")
        return json.loads(told) if told else None

    def unfit(self, cluster: Cluster, survey: Survey) -> Sequence[Refusal]:
        """Nothing: it was made as the file says."""
        return []

    def state_place(self, cluster: Cluster, region: str | None = None) -> StatePlace | None:
        """After the account's name; None without the cloud's section."""
        site = self.site(cluster)
        if site is None:
            return None
        place: StatePlace = import_module(f"components.clouds.{self.provider}.state_place").state_place(
            replace(site, region=region or site.region)
        )
        return place

    def account(self, name: str, args: AccountArgs) -> AccountOutputs:
        """Services, state, key, and the identity of the cluster's workflows."""
        from components.account import Account

        site = self._site(args.cluster)
        return Account(name, args, self._parts(), replace(site, region=args.region or site.region)).contract_outputs

    def hub(self, name: str, args: HubArgs) -> HubOutputs:
        """Its place, its secrets, its releases, the way in. Raises RefusedError without the cloud's section."""
        from components.hub.hub import Hub

        return Hub(name, args, self._parts(), self._site(args.deployment.cluster)).contract_outputs

    def charts(self, deployment: Deployment) -> Sequence[str]:
        """zero-to-jupyterhub, and its companions as far as they are on."""
        from components.hub.values import charts_of

        return charts_of(deployment)

    def cluster_charts(self, cluster: Cluster) -> Sequence[str]:
        """The way in, certificates, homes, measurements, and what the cloud lacks."""
        from components.support.needed import needed_charts

        return list(needed_charts(cluster, self._parts()))

    def configuration(self, deployment: Deployment) -> Mapping[str, Any]:
        """The charts' values. Raises UnavailableError for sizes that nobody can reckon."""
        from components.hub.values import foretold, hub_values

        return hub_values(deployment, foretold(deployment))

    def effect(self, path: Sequence[str | int]) -> str:
        """By chart and by what of it reads the value."""
        from components.hub.effects import effect

        return effect(path)

    def _module(self, name: str) -> ModuleType:
        return import_module(f"components.clouds.{self.provider}.{name}")

    def _parts(self) -> Parts:
        parts: Parts = self._module("parts").PARTS
        return parts

    def _site(self, cluster: Cluster) -> Site:
        site = self.site(cluster)
        if site is None:
            raise RefusedError(
                Refusal(path=(self.provider,), fault=f"the section {self.provider} is missing", remedy="add it")
            )
        return site

    def servers_fate(self, resource_type: str, operation: str, properties: Sequence[str]) -> ServersFate:
        """After the folder's `servers`, and those of Kubernetes."""
        from components.server_fates import KUBERNETES, joined

        return joined([self._module("servers").SERVERS, KUBERNETES]).fate(resource_type, operation, properties)

    def identity(self, resource_type: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:
        """After the folder's `identities`."""
        found: str | None = self._module("identities").IDENTITIES.identity(resource_type, inputs, settings)
        return found

    def runtime(self, facts: Mapping[str, Any]) -> HubRuntime:
        """What its namespace tells, by the cluster's API."""
        from components.hub.runtime import KubernetesRuntime

        return KubernetesRuntime(facts)
