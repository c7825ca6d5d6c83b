"""Nodes: what they have for servers, their labels, and whom they keep away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from components.machines.capacity import Capacity
from components.survey.api import Seen
from components.survey.gpus import gpu_kind
from components.survey.quantity import capacity

NODES = "/api/v1/nodes"
DAEMONSETS = "/apis/apps/v1/daemonsets"
PATHS = (NODES, DAEMONSETS)
KEEPS_AWAY = ("NoSchedule", "NoExecute")
PASSING = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/", "ToBeDeletedByClusterAutoscaler")
"""Taints that come and go with a node's condition; nobody tolerates them on purpose."""


@dataclass(frozen=True, kw_only=True)
class NodeTaint:
    """Keeps pods away that do not tolerate it."""

    key: str
    value: str
    effect: str

    @property
    def toleration(self) -> dict[str, str]:
        """As a pod's spec has it."""
        if not self.value:
            return {"key": self.key, "operator": "Exists", "effect": self.effect}
        return {"key": self.key, "operator": "Equal", "value": self.value, "effect": self.effect}


@dataclass(frozen=True, kw_only=True)
class Node:
    """One node."""

    name: str
    labels: Mapping[str, str]
    taints: tuple[NodeTaint, ...]
    allocatable: Capacity
    free: Capacity
    """For servers: what is left after the daemonsets that run there."""
    gpu_kind: str | None
    arch: str
    usable: bool
    """Ready, and not cordoned."""

    def has(self, labels: Mapping[str, str]) -> bool:
        """All of these labels."""
        return labels.items() <= self.labels.items()


def find_nodes(seen: Seen) -> tuple[Node, ...]:
    """All of them. Raises ForbiddenError."""
    daemonsets = seen.items(DAEMONSETS)
    return tuple(_node(node, daemonsets) for node in seen.items(NODES))


def _node(node: Mapping[str, Any], daemonsets: Iterable[Mapping[str, Any]]) -> Node:
    spec, status = node.get("spec", {}), node.get("status", {})
    labels = node["metadata"].get("labels") or {}
    taints = tuple(_taint(taint) for taint in spec.get("taints") or () if not taint["key"].startswith(PASSING))
    allocatable = capacity(status.get("allocatable") or {})
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions") or ())
    return Node(
        name=node["metadata"]["name"],
        labels=labels,
        taints=taints,
        allocatable=allocatable,
        free=allocatable.without(_taken(daemonsets, labels, taints)),
        gpu_kind=gpu_kind(labels) if allocatable.gpu else None,
        arch=labels.get("kubernetes.io/arch", "amd64"),
        usable=ready and not spec.get("unschedulable"),
    )


def _taint(taint: Mapping[str, Any]) -> NodeTaint:
    return NodeTaint(key=taint["key"], value=taint.get("value") or "", effect=taint["effect"])


def _taken(daemonsets: Iterable[Mapping[str, Any]], labels: Mapping[str, str], taints: Iterable[NodeTaint]) -> Capacity:
    """What the daemonsets that run on such a node ask for; told by their node selectors and tolerations alone."""
    pods = (daemonset["spec"]["template"]["spec"] for daemonset in daemonsets)
    asked = (_asked(pod) for pod in pods if _runs_there(pod, labels, taints))
    return reduce(Capacity.plus, asked, Capacity(millicores=0, memory_bytes=0))


def _runs_there(pod: Mapping[str, Any], labels: Mapping[str, str], taints: Iterable[NodeTaint]) -> bool:
    tolerations = pod.get("tolerations") or ()
    return (pod.get("nodeSelector") or {}).items() <= labels.items() and all(
        any(_tolerates(toleration, taint) for toleration in tolerations)
        for taint in taints
        if taint.effect in KEEPS_AWAY
    )


def _tolerates(toleration: Mapping[str, Any], taint: NodeTaint) -> bool:
    if toleration.get("effect") not in (None, "", taint.effect):
        return False
    if toleration.get("operator") == "Exists":
        return toleration.get("key") in (None, "", taint.key)
    return toleration.get("key") == taint.key and (toleration.get("value") or "") == taint.value


def _asked(pod: Mapping[str, Any]) -> Capacity:
    one_pod = Capacity(millicores=0, memory_bytes=0, pods=1)
    requests = (capacity((container.get("resources") or {}).get("requests") or {}) for container in pod["containers"])
    return reduce(Capacity.plus, requests, one_pod)
