"""What every namespace of a hub has before anything runs in it: a quota, limits, and policies for its network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub import policies


def walls(
    name: str,
    namespace: kubernetes.core.v1.Namespace,
    parent: pulumi.Resource,
    *,
    quota: Mapping[str, str],
    network: Mapping[str, Mapping[str, Any]],
) -> None:
    """`network` are specifications of network policies, by name. All of it goes with the namespace."""
    here = namespace.metadata.name
    # They go with it, and nobody waits for each.
    inside = pulumi.ResourceOptions(parent=parent, deleted_with=namespace)
    about: Any = {"name": "hub", "namespace": here}
    kubernetes.core.v1.ResourceQuota(name, metadata=about, spec={"hard": dict(quota)}, opts=inside)
    limits: Any = {"limits": policies.limits()}
    kubernetes.core.v1.LimitRange(name, metadata=about, spec=limits, opts=inside)
    for policy, asked in network.items():
        spec: Any = asked
        kubernetes.networking.v1.NetworkPolicy(
            f"{name}-{policy}", metadata={"name": policy, "namespace": here}, spec=spec, opts=inside
        )
