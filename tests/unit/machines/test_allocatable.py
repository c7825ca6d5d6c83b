"""Kubernetes' share of a node, against figures that agree within 1 % with nodes measured in August 2026."""

from __future__ import annotations

import pytest

from components.machines.offers import clouds, offer

# Cores and GiB before daemonsets.
EXPECTED = {
    "gcp": {
        "e2-standard-4": (3.92, 13.0),
        "n4-standard-4": (3.92, 13.0),
        "n2-highmem-2": (1.93, 13.0),
        "n2-highmem-4": (3.92, 27.7),
        "n2-highmem-16": (15.89, 116.2),
        "n2-highmem-64": (63.77, 484.9),
        "n4-highmem-16": (15.89, 116.2),
        "n1-standard-8": (7.91, 25.9),
        "g2-standard-4": (3.92, 13.0),
        "g2-standard-8": (7.91, 27.7),
        "g2-standard-24": (23.87, 86.7),
        "a2-highgpu-1g": (11.90, 76.6),
        "a2-ultragpu-1g": (11.90, 156.4),
        "a3-highgpu-1g": (25.86, 217.9),
    },
    "aws": {
        "m7i.xlarge": (3.92, 14.6),
        "r8i-flex.large": (1.93, 14.5),
        "r5.xlarge": (3.92, 30.1),
        "r5.4xlarge": (15.89, 121.3),
        "r5.16xlarge": (63.77, 488.4),
        "r7i.xlarge": (3.92, 30.1),
        "r7i.4xlarge": (15.89, 121.3),
        "g4dn.xlarge": (3.92, 14.9),  # fewer addresses than m7i.xlarge, so less is kept from pods
        "g6.xlarge": (3.92, 14.6),
        "g5.xlarge": (3.92, 14.6),
        "g5.12xlarge": (47.81, 178.0),
        "g6e.xlarge": (3.92, 30.1),
        "p4d.24xlarge": (95.69, 1109.2),
        "p5.4xlarge": (15.89, 246.7),
    },
    "azure": {
        "Standard_D4s_v5": (3.86, 13.5),
        "Standard_D4as_v5": (3.86, 13.5),
        "Standard_E2s_v5": (1.90, 13.5),
        "Standard_E4s_v5": (3.86, 29.2),
        "Standard_E8s_v5": (7.82, 60.5),
        "Standard_E16s_v5": (15.74, 123.2),
        "Standard_E16ads_v5": (15.74, 123.2),
        "Standard_E64s_v5": (63.26, 499.6),
        "Standard_NC4as_T4_v3": (3.86, 25.2),
        "Standard_NC16as_T4_v3": (15.74, 105.6),
        "Standard_NV36ads_A10_v5": (35.54, 429.0),
        "Standard_NC24ads_A100_v4": (23.66, 213.4),
        "Standard_NC48ads_A100_v4": (47.42, 429.0),
        "Standard_NC40ads_H100_v5": (39.50, 311.4),
    },
}


@pytest.mark.parametrize(
    ("cloud", "name", "cpu", "memory_gib"),
    [(cloud, name, *figures) for cloud, rows in EXPECTED.items() for name, figures in rows.items()],
)
def test_agrees_with_the_published_formula(cloud: str, name: str, cpu: float, memory_gib: float) -> None:
    offered = offer(cloud)
    there = offered.allocatable(offered.machine(name))
    assert there.cpu == pytest.approx(cpu, abs=0.0075)  # the table's figures are rounded, not cut
    assert there.memory_gib == pytest.approx(memory_gib, abs=0.051)


@pytest.mark.parametrize("cloud", clouds())
def test_every_machine_leaves_something_for_servers(cloud: str) -> None:
    offered = offer(cloud)
    for machine in offered.catalogue.machine_types.values():
        there, free = offered.allocatable(machine), offered.free(machine)
        assert 0 < free.millicores < there.millicores < machine.cpu * 1000, machine.name
        assert 0 < free.memory_gib < there.memory_gib < machine.memory_gib, machine.name
        assert 0 < free.pods < there.pods, machine.name
        assert free.gpu == (machine.gpu.count if machine.gpu else 0), machine.name


def test_a_small_aks_node_keeps_a_quarter_for_itself() -> None:
    offered = offer("azure")
    small = offered.machine("Standard_D4s_v5").model_copy(update={"cpu": 2, "memory_gib": 8.0})
    assert offered.allocatable(small).memory_gib == pytest.approx(8 * 0.98 * 0.75 - 100 / 1024)


def test_daemonsets_can_be_told_otherwise() -> None:
    from components.machines.capacity import Capacity

    offered = offer("gcp")
    machine = offered.machine("e2-standard-4")
    none = Capacity(millicores=0, memory_bytes=0)
    assert offered.free(machine, none) == offered.allocatable(machine)
