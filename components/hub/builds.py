"""Where images are built for a hub: a namespace beside the hub's, since what builds is privileged on its node."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub import build_policies, layout
from components.hub.walls import walls
from schemas.community import Deployment


class Builds(pulumi.ComponentResource):
    """BinderHub's place, with its own token for the hub and no other secret."""

    namespace: kubernetes.core.v1.Namespace

    def __init__(
        self,
        name: str,
        deployment: Deployment,
        token: pulumi.Input[str],
        outside: pulumi.ProviderResource,
        *,
        own_gateway: bool,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`token` is that of the hub's service `binder`; `outside` takes over nothing that is there already."""
        super().__init__("hubs:kubernetes:Builds", name, None, opts)
        self.namespace = kubernetes.core.v1.Namespace(
            f"{name}-builds",
            metadata={
                "name": layout.builds_namespace(deployment),
                "labels": {**layout.bill_labels(deployment), **build_policies.POD_SECURITY},
            },
            opts=pulumi.ResourceOptions(parent=self, provider=outside),
        )
        walls(
            f"{name}-builds",
            self.namespace,
            self,
            quota=build_policies.quota(deployment),
            network=build_policies.network_policies(deployment, own_gateway=own_gateway),
        )
        kubernetes.core.v1.Secret(
            f"{name}-builds-token",
            metadata={"name": layout.BUILDS_TOKEN, "namespace": self.namespace.metadata.name},
            string_data=pulumi.Output.secret({layout.token_key("binder"): token}),
            opts=pulumi.ResourceOptions(parent=self, deleted_with=self.namespace),
        )
        self.register_outputs({})
