"""What is told from an API server's answers."""

from __future__ import annotations

from typing import Any

import pytest

from components.machines.capacity import GIB
from components.survey import autoscaling, load_balancers, network_policies, nodes, storage
from components.survey.api import Seen
from components.survey.errors import ForbiddenError
from components.survey.gpus import gpu_kind, is_kind
from components.survey.quantity import amount


def seen(**answers: Any) -> Seen:
    """Answers by the name of their path; nothing where none is given."""
    by_path = {
        nodes.NODES: "nodes",
        nodes.DAEMONSETS: "daemonsets",
        storage.CLASSES: "classes",
        load_balancers.SERVICES: "services",
        load_balancers.METALLB: "metallb",
        autoscaling.STATUS: "status",
        autoscaling.DEPLOYMENTS: "deployments",
        autoscaling.NODE_POOLS: "karpenter",
    }
    return Seen({path: answers.get(name, {}) for path, name in by_path.items()})


def items(*made: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(made)}


def a_node(taints: list[dict[str, str]] | None = None, ready: str = "True", **spec: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "a", "labels": {"pool": "users"}},
        "spec": {"taints": taints or [], **spec},
        "status": {
            "allocatable": {"cpu": "3920m", "memory": "13Gi", "pods": "110"},
            "conditions": [{"type": "Ready", "status": ready}],
        },
    }


def a_daemonset(name: str, **pod: Any) -> dict[str, Any]:
    container = {"name": "main", "resources": {"requests": {"cpu": "100m", "memory": "1Gi"}}}
    return {"metadata": {"name": name}, "spec": {"template": {"spec": {"containers": [container], **pod}}}}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("3920m", "3.92"),
        ("2", "2"),
        ("13Gi", 13 * GIB),
        ("16G", 16 * 10**9),
        ("1e3", 1000),
        (4, 4),
        ("128974848k", 128974848000),
    ],
)
def test_amounts_are_read_as_kubernetes_writes_them(written: Any, number: Any) -> None:
    assert amount(written) == amount(number)


@pytest.mark.parametrize(
    ("product", "kind"),
    [
        ("Tesla-T4", "t4"),
        ("NVIDIA-L4", "l4"),
        ("NVIDIA-A10G", "a10g"),
        ("NVIDIA-A100-SXM4-40GB", "a100-40"),
        ("NVIDIA-H100-80GB-HBM3", "h100-80"),
        ("NVIDIA-GeForce-RTX-3090", "rtx-3090"),
        ("A100-SXM4-40GB-MIG-1g.5gb-SHARED", "a100-40-mig-1g.5gb"),
    ],
)
def test_kinds_of_gpus_are_told_from_their_products(product: str, kind: str) -> None:
    assert gpu_kind({"nvidia.com/gpu.product": product}) == kind
    assert gpu_kind({"nvidia.com/gpu.product": product, "gpu-kind": "mine"}) == "mine"


def test_a_kind_may_be_named_with_or_without_its_memory() -> None:
    assert is_kind("a100-40", "a100")
    assert is_kind("a100", "a100-40")
    assert not is_kind("a100-40", "a10")
    assert not is_kind("", "t4")


def test_daemonsets_that_run_on_a_node_take_their_share_of_it() -> None:
    taint = {"key": "dedicated", "value": "user", "effect": "NoSchedule"}
    everywhere = a_daemonset("everywhere", tolerations=[{"operator": "Exists"}])
    exact = a_daemonset("exact", tolerations=[{"key": "dedicated", "value": "user", "effect": "NoSchedule"}])
    kept_away = a_daemonset("kept-away")
    elsewhere = a_daemonset("elsewhere", tolerations=[{"operator": "Exists"}], nodeSelector={"pool": "gpu"})
    answers = seen(nodes=items(a_node([taint])), daemonsets=items(everywhere, exact, kept_away, elsewhere))
    (node,) = nodes.find_nodes(answers)
    assert (node.allocatable.millicores, node.free.millicores) == (3920, 3720)
    assert (node.free.memory_bytes, node.free.pods) == (11 * GIB, 108)


def test_nodes_that_are_cordoned_or_not_ready_are_not_counted_on() -> None:
    assert [node.usable for node in nodes.find_nodes(seen(nodes=items(a_node())))] == [True]
    assert [node.usable for node in nodes.find_nodes(seen(nodes=items(a_node(unschedulable=True))))] == [False]
    assert [node.usable for node in nodes.find_nodes(seen(nodes=items(a_node(ready="Unknown"))))] == [False]


def test_taints_that_come_and_go_are_not_a_nodes_own() -> None:
    passing = {"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}
    (node,) = nodes.find_nodes(seen(nodes=items(a_node([passing]))))
    assert node.taints == ()


@pytest.mark.parametrize(
    ("provisioner", "shared"),
    [
        ("nfs.csi.k8s.io", True),
        ("openshift-storage.cephfs.csi.ceph.com", True),
        ("openshift-storage.rbd.csi.ceph.com", False),
        ("ebs.csi.aws.com", False),
        ("cluster.local/homes-nfs-subdir-external-provisioner", True),
        ("somebody.example.org", None),
    ],
)
def test_whether_volumes_are_shared_is_told_by_who_makes_them(provisioner: str, shared: bool | None) -> None:
    assert storage.is_shared(provisioner) is shared


def test_the_default_class_is_the_one_that_says_so() -> None:
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    answers = seen(
        classes=items(
            {"metadata": {"name": "b", "annotations": default}, "provisioner": "x", "reclaimPolicy": "Retain"},
            {"metadata": {"name": "a"}, "provisioner": "x", "allowVolumeExpansion": True},
        )
    )
    found = storage.find_storage_classes(answers)
    assert [(one.name, one.default, one.grows, one.keeps) for one in found] == [
        ("a", False, True, False),
        ("b", True, False, True),
    ]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            {"services": items({"metadata": {"name": "a"}, "status": {"loadBalancer": {"ingress": [{"ip": "1"}]}}})},
            "seen to work",
        ),
        ({"services": items({"metadata": {"name": "a"}, "status": {"loadBalancer": {}}})}, "seen to wait"),
        ({"nodes": items(a_node(providerID="openstack:///1"))}, "likely"),
        ({"metallb": {"resources": []}}, "likely"),
        ({"nodes": items(a_node(providerID="kind://docker/kind/a"))}, "unknown"),
    ],
)
def test_load_balancers_are_judged_by_what_is_there(answers: dict[str, Any], said: str) -> None:
    assert load_balancers.find_load_balancers(seen(**answers)) == said


@pytest.mark.parametrize(
    ("answers", "enforced"),
    [
        ({"daemonsets": items(a_daemonset("cilium"))}, True),
        ({"daemonsets": items(a_daemonset("kube-flannel-ds"))}, False),
        # Canal: Flannel's network with Calico's policies.
        ({"daemonsets": items(a_daemonset("kube-flannel-ds"), a_daemonset("calico-node"))}, True),
        ({"nodes": items(a_node(providerID="k3s://a"))}, True),
        ({"daemonsets": items(a_daemonset("kindnet"))}, None),
    ],
)
def test_who_enforces_network_policies(answers: dict[str, Any], enforced: bool | None) -> None:
    assert network_policies.find_network_policies(seen(**answers)).enforced is enforced


@pytest.mark.parametrize(
    ("answers", "who"),
    [
        ({}, None),
        ({"status": {"metadata": {"name": "cluster-autoscaler-status"}}}, "cluster-autoscaler"),
        ({"deployments": items({"metadata": {"name": "aws-cluster-autoscaler"}})}, "cluster-autoscaler"),
        ({"karpenter": items({"metadata": {"name": "default"}})}, "karpenter"),
    ],
)
def test_who_makes_nodes(answers: dict[str, Any], who: str | None) -> None:
    assert autoscaling.find_autoscaler(seen(**answers)) == who


def test_what_may_not_be_seen_is_not_taken_for_nothing() -> None:
    with pytest.raises(ForbiddenError):
        storage.find_storage_classes(seen(classes=ForbiddenError("no")))
