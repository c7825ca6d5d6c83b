"""Nodes come and go with the pods that need them, on a cloud that does not see to that itself."""

from __future__ import annotations

from typing import Any

import pulumi

from components.kubernetes_contract import AutoscalerOutputs
from components.support.placing import CORE_NODES, namespace
from components.support.release import release
from components.support.requests import resources

NAMESPACE = "autoscaler"
CHART = SERVICE_ACCOUNT = "cluster-autoscaler"


def values(cloud: AutoscalerOutputs) -> dict[str, Any]:
    """Of the chart; the cloud's own say which one it is, and how its groups of nodes are found."""
    return {
        **cloud.values,
        "fullnameOverride": CHART,
        "rbac": {"serviceAccount": {"name": SERVICE_ACCOUNT}},
        "nodeSelector": CORE_NODES,
        "resources": resources("autoscaler"),
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65534,
            "runAsGroup": 65534,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containerSecurityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "extraArgs": {
            "expander": "least-waste",
            # People's servers have scratch space on the node, and go when they are culled: neither keeps a node up.
            "skip-nodes-with-local-storage": False,
            "skip-nodes-with-system-pods": False,
        },
    }


class Autoscaler(pulumi.ComponentResource):
    """The cluster autoscaler. Its rights in the cloud are the cloud's own part."""

    def __init__(self, name: str, cloud: AutoscalerOutputs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:kubernetes:Autoscaler", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = namespace(name, NAMESPACE, "restricted", child)
        waiting = pulumi.ResourceOptions(parent=self, depends_on=list(cloud.ready))
        release(name, CHART, place, values(cloud), waiting)
        self.register_outputs({})
