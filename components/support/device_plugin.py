"""Lets Kubernetes count a node's GPUs, on a cloud that does not do so itself."""

from __future__ import annotations

from typing import Any

import pulumi

from components.pool_labels import GPU_KIND
from components.support.placing import namespace
from components.support.release import release

NAMESPACE = "gpus"
CHART = "nvidia-device-plugin"


def values() -> dict[str, Any]:
    """Of NVIDIA's chart: on each node of a pool with GPUs, and on no other."""
    with_gpus = {"matchExpressions": [{"key": GPU_KIND, "operator": "Exists"}]}
    return {
        # Instead of labels that a further program of NVIDIA's would set.
        "affinity": {
            "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [with_gpus]}}
        },
        # Whatever keeps others away from these nodes, people's own taints included.
        "tolerations": [{"operator": "Exists"}],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }


class DevicePlugin(pulumi.ComponentResource):
    """Runs on GPU nodes alone, and speaks with the kubelet through a folder of the node: nothing less lets it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:kubernetes:DevicePlugin", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        release(name, CHART, namespace(name, NAMESPACE, "privileged", child), values(), child)
        self.register_outputs({})
