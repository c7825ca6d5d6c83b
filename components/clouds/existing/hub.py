"""A hub on a cluster that is there already: people come in by what its owner runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.clouds.existing.place import ExistingPlace
from components.hub.entrance import IngressEntrance
from components.hub.hub import Hub


class ExistingHub(Hub):
    """As anywhere, but for its place and the way in."""

    place = ExistingPlace

    def _entrance(
        self, namespace: kubernetes.core.v1.Namespace, hub: pulumi.Resource, child: pulumi.ResourceOptions
    ) -> None:
        if self._asked.hub.domain is not None:
            kind = pulumi.Output.from_input(self._args.cluster_facts["entrance"]).apply(_ingress_class)
            IngressEntrance(self._name, self._asked.hub.domain, namespace, kind, hub, child)


def _ingress_class(entrance: Mapping[str, Any]) -> str | None:
    """None leaves it to the cluster, which may have a default."""
    return entrance.get("ingress_class")
