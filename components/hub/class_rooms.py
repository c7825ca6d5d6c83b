"""Room for classes, as resources: the placeholders that no chart makes, and the right to scale them all."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub.placeholders import own_stateful_sets, scaling_rules
from components.hub.values import Told
from schemas.community import Deployment

ROLE = "classes"
HUB_ACCOUNT = "hub"
"""As whom the hub's pod speaks to the cluster (zero-to-jupyterhub, templates/hub/serviceaccount.yaml)."""


class ClassRooms(pulumi.ComponentResource):
    """Nothing where no classes are."""

    def __init__(
        self,
        name: str,
        deployment: Deployment,
        namespace: kubernetes.core.v1.Namespace,
        told: Told,
        release: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`release` brings the priority of placeholders, and their scheduler."""
        super().__init__("hubs:kubernetes:ClassRooms", name, None, opts)
        self._name, self._here = name, namespace.metadata.name
        self._inside = pulumi.ResourceOptions(parent=self, deleted_with=namespace)
        rules = scaling_rules(deployment)
        if rules:
            self._role(rules)
        # How many there are is for the service to say, from then on.
        theirs = pulumi.ResourceOptions(depends_on=[release], ignore_changes=["spec.replicas"])
        for stateful_set, asked in own_stateful_sets(deployment, told).items():
            spec: Any = asked
            kubernetes.apps.v1.StatefulSet(
                f"{name}-{stateful_set}",
                metadata={"name": stateful_set, "namespace": self._here},
                spec=spec,
                opts=pulumi.ResourceOptions.merge(self._inside, theirs),
            )
        self.register_outputs({})

    def _role(self, rules: Any) -> None:
        about: Any = {"name": ROLE, "namespace": self._here}
        role = kubernetes.rbac.v1.Role(f"{self._name}-{ROLE}", metadata=about, rules=rules, opts=self._inside)
        kubernetes.rbac.v1.RoleBinding(
            f"{self._name}-{ROLE}",
            metadata=about,
            role_ref={"api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": role.metadata.name},
            subjects=[{"kind": "ServiceAccount", "name": HUB_ACCOUNT, "namespace": self._here}],
            opts=self._inside,
        )
