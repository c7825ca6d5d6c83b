"""What the cluster and its hubs do, measured and shown: Prometheus and Grafana."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.support.dashboard import dashboard
from components.support.neighbours import MEASURING_PODS, MONITORING_NAMESPACE
from components.support.placing import CORE_NODES, namespace
from components.support.release import release
from components.support.requests import resources
from schemas.support import Monitoring as Asked

NAMESPACE = MONITORING_NAMESPACE
FILLED = 0.8
"""Of the disk, by measurements; the rest is for what is being written and tidied (Prometheus' own advice)."""
USER_LABELS = ("app", "component", "hub.jupyter.org/username", "app.kubernetes.io/component")
"""Of pods: those by which dashboards of hubs tell people's servers. Each further one costs memory."""
MIB_PER_GIB = 1024
HARDENED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def prometheus_values(asked: Asked) -> dict[str, Any]:
    """Of Prometheus' chart: without its operator, which is for clusters with many of them."""
    return {
        "alertmanager": {"enabled": False},
        "prometheus-pushgateway": {"enabled": False},
        "configmapReload": {
            "prometheus": {"resources": resources("prometheus-reloader"), "containerSecurityContext": HARDENED}
        },
        "kube-state-metrics": {
            "nodeSelector": CORE_NODES,
            "resources": resources("object-metrics"),
            "metricLabelsAllowlist": [f"pods=[{','.join(USER_LABELS)}]", "nodes=[*]"],
            "metricAnnotationsAllowList": ["pods=[hub.jupyter.org/username]"],
        },
        # One on each node, counted with the cloud's own; as much as 2i2c saw it use.
        "prometheus-node-exporter": {
            "resources": {"requests": {"cpu": "10m", "memory": "30Mi"}, "limits": {"memory": "60Mi"}}
        },
        "server": {
            "nodeSelector": CORE_NODES,
            "resources": resources("prometheus"),
            "containerSecurityContext": HARDENED,
            "retention": f"{asked.keep_days}d",
            "retentionSize": f"{int(asked.size_gib * MIB_PER_GIB * FILLED)}MB",
            "persistentVolume": {"size": f"{asked.size_gib}Gi"},
            # A full disk takes minutes to read, and a probe that ends the pod meanwhile never lets it finish.
            "startupProbe": {"enabled": True, "periodSeconds": 10, "failureThreshold": 60},
            # The hub's network policy lets in who carries this.
            "podLabels": dict(MEASURING_PODS),
            "service": {"type": "ClusterIP"},
        },
    }


def grafana_values() -> dict[str, Any]:
    """Of Grafana's chart. It keeps nothing: dashboards come from the cluster, the password from a Secret of its own.

    The chart makes up that password once, in the cluster; neither this program nor the state ever sees it.
    """
    return {
        "nodeSelector": CORE_NODES,
        "resources": resources("grafana"),
        "deploymentStrategy": {"type": "Recreate"},
        "persistence": {"enabled": False},
        "initChownData": {"enabled": False},
        "testFramework": {"enabled": False},
        # Dashboards from all namespaces, but nobody's secrets.
        "sidecar": {
            "resources": resources("grafana-dashboards"),
            "dashboards": {"enabled": True, "searchNamespace": "ALL", "resource": "configmap"},
        },
        "rbac": {"pspEnabled": False},
        "service": {"type": "ClusterIP"},
        "grafana.ini": {
            "analytics": {"reporting_enabled": False, "check_for_updates": False, "check_for_plugin_updates": False},
            "users": {"allow_sign_up": False},
        },
        "datasources": {
            "datasources.yaml": {
                "apiVersion": 1,
                "datasources": [
                    {
                        "name": "prometheus",
                        "uid": "prometheus",
                        "type": "prometheus",
                        "url": "http://prometheus-server",
                        "access": "proxy",
                        "isDefault": True,
                        "editable": False,
                    }
                ],
            }
        },
    }


class Monitoring(pulumi.ComponentResource):
    """Reached by port forwarding alone: nobody gets there from outside, and no pod of another namespace."""

    def __init__(
        self,
        name: str,
        asked: Asked,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:Monitoring", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        # Of each node it reads the file systems and processes.
        place = namespace(name, NAMESPACE, "privileged", child)
        kubernetes.networking.v1.NetworkPolicy(
            f"{name}-monitoring",
            metadata={"name": "from-here-alone", "namespace": place.metadata.name},
            # Prometheus asks for no password, and knows who works when.
            spec={"pod_selector": {}, "policy_types": ["Ingress"], "ingress": [{"from_": [{"pod_selector": {}}]}]},
            opts=child,
        )
        kubernetes.core.v1.ConfigMap(
            f"{name}-dashboard",
            metadata={
                "name": "dashboard-hubs",
                "namespace": place.metadata.name,
                "labels": {"grafana_dashboard": "1"},
            },
            data={"hubs.json": json.dumps(dashboard(), indent=1, sort_keys=True)},
            opts=child,
        )
        waiting = pulumi.ResourceOptions(parent=self, depends_on=list(after))
        release(name, "prometheus", place, prometheus_values(asked), waiting)
        release(name, "grafana", place, grafana_values(), child)
        self.register_outputs({})
