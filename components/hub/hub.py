"""One hub on a Kubernetes cluster: its place, what only it knows, its charts, and the way in."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.contract import HubArgs, HubOutputs
from components.hub import layout
from components.hub.beside import Beside
from components.hub.builds import Builds
from components.hub.class_rooms import ClassRooms
from components.hub.entrance import GatewayEntrance
from components.hub.place import Place
from components.hub.releases import Releases
from components.hub.secrets import HubSecrets
from components.hub.values import charts_of
from components.kubernetes_contract import Parts, Site
from components.support.release import from_mirror


class Hub(pulumi.ComponentResource):
    """zero-to-jupyterhub and its companions, in a place of their own.

    Without `parts`, on a cluster that is in no cloud of ours, there are neither buckets nor cloud identities.
    """

    contract_outputs: HubOutputs
    place = Place

    def __init__(
        self,
        name: str,
        args: HubArgs,
        parts: Parts | None,
        site: Site,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:Hub", name, None, opts)
        self._name, self._args, self._asked = name, args, args.deployment
        child = pulumi.ResourceOptions(parent=self, providers=self._connections(parts, site))
        # Outside of the hub's namespaces are things of others, which may have the same name.
        outside = self._cluster(f"{name}-outside", takes_over=False)
        place = self.place(name, args, parts, site, outside, child)
        secrets = HubSecrets(name, self._asked, place.namespace, args, child)
        beside = Beside(name, self._asked, place.namespace, child)
        builds = self._builds(secrets, outside, child)
        releases = Releases(
            name,
            self._asked,
            dict.fromkeys(charts_of(self._asked), place.namespace)
            | ({"binderhub-service": builds.namespace} if builds else {}),
            place.told,
            secrets.digest,
            after=[place, secrets, beside, *([builds] if builds else [])],
            mirror=from_mirror(self._asked.cluster.chart_mirror, args.project),
            opts=child,
        )
        ClassRooms(name, self._asked, place.namespace, place.told, releases.hub, child)
        self._entrance(place.namespace, releases.hub, child)

        facts: dict[str, Any] = {
            "provider": self._asked.cluster.provider,
            "cluster": self._asked.cluster_name,
            # By which people sign in themselves: nothing secret is in it.
            "kubeconfig": args.cluster_facts["kubeconfig"],
            **place.facts,
            **({"builds_namespace": builds.namespace.metadata.name} if builds else {}),
            "url": f"https://{self._asked.hub.domain}/",
            **releases.facts,
        }
        self.contract_outputs = HubOutputs(
            url=facts["url"], health_token=secrets.health_token, password=secrets.password, facts=facts
        )
        self.register_outputs({"url": facts["url"]})

    def _connections(self, parts: Parts | None, site: Site) -> list[pulumi.ProviderResource]:
        child = pulumi.ResourceOptions(parent=self)
        labels = layout.bill_labels(self._asked)
        cluster = self._cluster(self._name, takes_over=True)
        return [cluster, *([parts.provider(self._name, site, labels, child)] if parts else [])]

    def _cluster(self, name: str, *, takes_over: bool) -> kubernetes.Provider:
        return kubernetes.Provider(
            name,
            kubeconfig=self._args.cluster_facts["kubeconfig"],
            # A run that was killed may have made what its state does not tell of.
            upsert_existing_objects=takes_over,
            # Else a changed one would be deleted and made again, under pods that read it.
            enable_secret_mutable=True,
            enable_config_map_mutable=True,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _builds(
        self, secrets: HubSecrets, outside: pulumi.ProviderResource, child: pulumi.ResourceOptions
    ) -> Builds | None:
        token = secrets.binder_token
        if token is None:
            return None
        return Builds(self._name, self._asked, token, outside, own_gateway=self.place.own_gateway, opts=child)

    def _entrance(
        self, namespace: kubernetes.core.v1.Namespace, hub: pulumi.Resource, child: pulumi.ResourceOptions
    ) -> None:
        domain = self._asked.hub.domain
        if domain is None:
            return  # refused ahead
        told = pulumi.Output.from_input(self._args.cluster_facts["gateway"])
        GatewayEntrance(self._name, domain, namespace, told, hub, child)
