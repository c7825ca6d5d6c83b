"""What a cluster can and cannot offer, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deployer.report.columns import aligned
from deployer.report.console import errors, output, print_json
from deployer.report.errors import problem_data

if TYPE_CHECKING:
    from components.machines.capacity import Capacity
    from components.survey.nodes import Node
    from components.survey.survey import Survey
    from deployer.access.inspection import Inspection

NODES = ("nodes", "for servers each", "GPU", "taints", "labels that tell them apart")
EVERYWHERE = ("kubernetes.io/hostname", "kubernetes.io/os", "beta.kubernetes.io/", "node.kubernetes.io/exclude")
"""Labels that each node has, and that tell nothing of what it is for."""
SHARED = {True: "from several nodes", False: "from one node", None: "unknown"}
ENFORCED = {True: "enforced by", False: "not enforced by", None: "not known to be enforced:"}
BALANCERS = {
    "seen to work": "services of type LoadBalancer get addresses",
    "seen to wait": "services of type LoadBalancer wait for addresses: nobody gives them",
    "likely": "services of type LoadBalancer probably get addresses (none is there to tell)",
    "unknown": "nobody was seen who gives services of type LoadBalancer addresses",
}


def show_inspection(inspection: Inspection, *, as_json: bool) -> None:
    """A section for each subject, then what the file asks for in vain."""
    if as_json:
        print_json(inspection_data(inspection))
        return
    found = inspection.survey
    output().print(f"{inspection.cluster}: Kubernetes {found.version} at {found.server}", style="bold", markup=False)
    for line in (*_nodes(found), *_storage(found), *_rest(found), *_permissions(found)):
        output().print(line, markup=False)
    for subject, why in found.unseen.items():
        output().print(f"{subject.replace('_', ' ')}: unknown, {why}", style="yellow", markup=False)
    for problem in inspection.problems:
        errors().print(str(problem), markup=False)
    if not inspection.problems:
        output().print("it has what its file asks for", style="green", markup=False)


def _nodes(found: Survey) -> Iterator[str]:
    if found.nodes is None:
        return
    kinds: dict[tuple[Any, ...], int] = {}
    for node in found.nodes:
        kinds[_kind(node)] = kinds.get(_kind(node), 0) + 1
    rows = [NODES, *((str(count), *kind) for kind, count in sorted(kinds.items()))]
    yield from (aligned(rows, right=(0,)) if kinds else ["there are no nodes"])
    yield f"autoscaling: {found.autoscaler or 'none was seen'}"


def _kind(node: Node) -> tuple[str, ...]:
    gpu = f"{node.free.gpu} {node.gpu_kind}" if node.free.gpu else "-"
    taints = [f"{taint.key}={taint.value}:{taint.effect}" for taint in node.taints]
    labels = [f"{key}={value}" for key, value in sorted(node.labels.items()) if not key.startswith(EVERYWHERE)]
    state = [] if node.usable else ["(not ready, or cordoned)"]
    return _room(node.free), gpu, " ".join(taints) or "-", " ".join([*state, *labels]) or "-"


def _room(room: Capacity) -> str:
    return f"{room.cpu:.2f} cores, {int(room.memory_gib * 10) / 10:g} GiB"


def _storage(found: Survey) -> Iterator[str]:
    if found.storage_classes is not None:
        rows = [("storage class", "default", "writable", "grows", "snapshots", "provisioner")]
        drivers = {one.driver for one in found.snapshot_classes or ()}
        for one in found.storage_classes:
            copies = "yes" if one.provisioner in drivers else "no"
            default, grows = ("yes" if said else "-" for said in (one.default, one.grows))
            rows.append((one.name, default, SHARED[one.shared], grows, copies, one.provisioner))
        yield from (aligned(rows) if found.storage_classes else ["there are no storage classes"])


def _rest(found: Survey) -> Iterator[str]:
    entrances, policies = found.entrances, found.network_policies
    if entrances:
        for what, classes in (
            ("gateway classes", entrances.gateway_classes),
            ("ingress classes", entrances.ingress_classes),
        ):
            yield f"{what}: " + (", ".join(f"{name} ({by})" for name, by in classes.items()) or "none")
        if entrances.routes:
            yield "OpenShift's routes are there"
    if found.load_balancers:
        yield BALANCERS[found.load_balancers]
    if policies:
        yield f"network policies: {ENFORCED[policies.enforced]} {policies.by}"
    if found.pod_security:
        yield f"pods are judged by {', '.join(found.pod_security)}"


def _permissions(found: Survey) -> Iterator[str]:
    missing = found.missing_permissions
    if not missing:
        yield "the login may do all that a deploy needs"
    for permission in missing:
        weight = "needed" if permission.needed else "useful"
        yield f"the login may not {permission} ({weight}: {permission.purpose})"


def inspection_data(inspection: Inspection) -> Mapping[str, Any]:
    """For other programs."""
    found = inspection.survey
    policies, entrances = found.network_policies, found.entrances
    return {
        "cluster": inspection.cluster,
        "server": found.server,
        "version": found.version,
        "nodes": None if found.nodes is None else [_node_data(node) for node in found.nodes],
        "autoscaler": found.autoscaler,
        "storage_classes": _all(found.storage_classes),
        "snapshot_classes": _all(found.snapshot_classes),
        "entrances": vars(entrances) if entrances else None,
        "load_balancers": found.load_balancers,
        "network_policies": vars(policies) if policies else None,
        "pod_security": found.pod_security,
        "missing_permissions": [
            {"permission": str(one), "purpose": one.purpose, "needed": one.needed} for one in found.missing_permissions
        ],
        "unseen": found.unseen,
        "problems": [problem_data(problem) for problem in inspection.problems],
    }


def _all(found: Any) -> list[dict[str, Any]] | None:
    return None if found is None else [vars(one) for one in found]


def _node_data(node: Node) -> dict[str, Any]:
    def room(capacity: Capacity) -> dict[str, Any]:
        return {
            "cpu": capacity.cpu,
            "memory_gib": capacity.memory_gib,
            "gpu": capacity.gpu,
            "pods": capacity.pods,
        }

    return {
        "name": node.name,
        "labels": dict(node.labels),
        "taints": [vars(taint) for taint in node.taints],
        "allocatable": room(node.allocatable),
        "for_servers": room(node.free),
        "gpu_kind": node.gpu_kind,
        "arch": node.arch,
        "usable": node.usable,
    }
