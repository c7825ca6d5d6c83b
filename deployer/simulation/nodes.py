"""A cluster's node pools as nodes that are not there: KWOK tells the API server that they live."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.clouds import cloud
from components.cluster_pools import ResolvedPool, cluster_pools
from components.kubernetes_contract import Taint
from components.machines.capacity import Capacity
from components.machines.machine_type import MachineType
from components.machines.offers import Offer, UnavailableError, clouds, offer
from components.survey.quantity import capacity
from deployer.errors import DeployerError
from providers.simulated.kubernetes.api import Api, Refused
from schemas.cluster import Cluster

OURS = "hubs.example.org/simulated"
"""Label of the nodes that are made here; others are left alone."""
GPU = "nvidia.com/gpu"
# Kubernetes' own default for a kubelet, where the catalogue tells no other.
PODS = 110
READY_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.05
SIZES = ("capacity", "allocatable")
_NODES = "/api/v1/nodes"
_MANAGER = "hubs-simulation"


def wanted_nodes(cluster: Cluster) -> list[dict[str, Any]]:
    """Nodes for each pool: as many as are always there, one at least, so that pods find a place on each.

    Raises DeployerError for a cluster without Kubernetes, or without any pool where no catalogue tells of machines.
    """
    if cluster.provider not in clouds():
        return _as_the_file_says(cluster)
    try:
        offered = offer(cluster.provider)
        return [node for pool in cluster_pools(cluster, offered) for node in _nodes_of(pool, offered)]
    except UnavailableError as error:
        raise DeployerError(
            f"no simulated nodes for provider {cluster.provider}: {error}", left="nothing was changed"
        ) from error


def bring_nodes(api: Api, wanted: Iterable[dict[str, Any]]) -> list[str]:
    """Make the nodes what they should be, remove those whose pool went, wait until all are ready; their names."""
    by_name = {node["metadata"]["name"]: node for node in wanted}
    for there in api.items(_NODES, labelSelector=OURS):
        if there["metadata"]["name"] not in by_name:
            _remove(api, there["metadata"]["name"])
    for node in by_name.values():
        api.apply({**node, "status": {}}, manager=_MANAGER, force=True)
    _wait_until_ready(api, by_name)
    return sorted(by_name)


def _as_the_file_says(cluster: Cluster) -> list[dict[str, Any]]:
    """Of a cluster that somebody else made: its pools' figures are what servers may have of one of its nodes."""
    if not (cloud(cluster.provider).has_stand_in and cluster.node_pools):
        raise DeployerError(
            f"no simulated nodes for provider {cluster.provider}: neither a catalogue nor the file tells of any",
            left="nothing was changed",
            remedy=f"name a cluster with node_pools, or of a cloud that lets machines: {', '.join(clouds())}",
        )
    return [
        _node(
            f"{name}-{number}",
            pool.node_selector or {},
            (),
            room := Capacity.of(pool.cpu, pool.memory_gib, gpu=pool.gpu.count if pool.gpu else 0, pods=PODS),
            room,
        )
        for name, pool in cluster.node_pools.items()
        for number in range(1, max(pool.min_nodes, 1) + 1)
    ]


def _nodes_of(pool: ResolvedPool, offered: Offer) -> Iterator[dict[str, Any]]:
    machine = pool.choice.machine
    labels = {
        "kubernetes.io/arch": machine.arch,
        "node.kubernetes.io/instance-type": machine.name,
        **pool.labels,
    }
    for number in range(1, max(pool.min_nodes, 1) + 1):
        # Daemonsets take their share of what is allocatable, as on real nodes.
        yield _node(
            f"{pool.name}-{number}", labels, pool.taints, _whole(machine, offered), offered.allocatable(machine)
        )


def _node(
    name: str, labels: Mapping[str, str], taints: Iterable[Taint], whole: Capacity, allocatable: Capacity
) -> dict[str, Any]:
    own = {OURS: "true", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {**own, **labels}},
        "spec": {"taints": [{"key": one.key, "value": one.value, "effect": one.effect} for one in taints]},
        "status": {"capacity": _resources(whole), "allocatable": _resources(allocatable)},
    }


def _whole(machine: MachineType, offered: Offer) -> Capacity:
    allocatable = offered.allocatable(machine)
    return Capacity(
        millicores=machine.cpu * 1000,
        memory_bytes=int(machine.memory_gib * 2**30),
        gpu=allocatable.gpu,
        pods=allocatable.pods,
    )


def _resources(capacity: Capacity) -> dict[str, str]:
    told = {"cpu": f"{capacity.millicores}m", "memory": str(capacity.memory_bytes), "pods": str(capacity.pods or PODS)}
    return told | ({GPU: str(capacity.gpu)} if capacity.gpu else {})


def _remove(api: Api, name: str) -> None:
    """The node, and the pods on it, which no kubelet would ever end."""
    on_it = f"spec.nodeName={name}"
    for pod in api.items("/api/v1/pods", fieldSelector=on_it):
        about = pod["metadata"]
        _delete(api, api.path("v1", "Pod", about["namespace"], about["name"]), {"gracePeriodSeconds": 0})
    _delete(api, f"{_NODES}/{name}", {})


def _delete(api: Api, path: str, options: dict[str, Any]) -> None:
    try:
        api.request("DELETE", path, body=options)
    except Refused as refusal:
        if refusal.code != 404:
            raise


def _wait_until_ready(api: Api, wanted: Mapping[str, dict[str, Any]]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        there = {node["metadata"]["name"]: node for node in api.items(_NODES)}
        # KWOK gives a new node sizes of its own when it first sees it, whoever was faster.
        odd = [name for name in wanted.keys() & there if not _has_its_size(there[name], wanted[name])]
        for name in odd:
            _size(api, wanted[name])
        ready = {name for name, node in there.items() if _is_ready(node)}
        if not odd and wanted.keys() <= ready:
            return
        time.sleep(LOOK_AGAIN_SECONDS)
    raise DeployerError(f"simulated nodes did not become ready: {', '.join(sorted(wanted.keys() - ready))}")


def _has_its_size(node: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(capacity(node["status"].get(name) or {}) == capacity(wanted["status"][name]) for name in SIZES)


def _size(api: Api, node: dict[str, Any]) -> None:
    # What was there and is not any more, such as a GPU, must go: both lists are replaced as a whole.
    steps = [{"op": "add", "path": f"/status/{name}", "value": node["status"][name]} for name in SIZES]
    path = f"{_NODES}/{node['metadata']['name']}/status"
    api.request("PATCH", path, body=steps, content_type="application/json-patch+json")


def _is_ready(node: dict[str, Any]) -> bool:
    conditions = node["status"].get("conditions") or []
    tainted = any(one["key"] == "node.kubernetes.io/not-ready" for one in node["spec"].get("taints") or [])
    return not tainted and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
