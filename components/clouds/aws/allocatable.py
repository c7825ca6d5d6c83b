"""What EKS leaves for pods on a node."""

from __future__ import annotations

import math

from components.machines.capacity import GIB, MIB, Capacity, graduated
from components.machines.machine_type import MachineType

# awslabs/amazon-eks-ami, kubelet configuration, since pull request 367: GKE's steps for cores; memory by pods.
MILLICORE_STEPS = ((1000, 0.06), (1000, 0.01), (2000, 0.005), (math.inf, 0.0025))
MEMORY_MIB = 255
MEMORY_MIB_PER_POD = 11
"""Times the pods that the network interfaces have addresses for, whatever the kubelet's own limit is set to."""
EVICTION_BYTES = 100 * MIB
# EKS user guide, "How maxPods is determined": a managed node group holds at most so many, by its cores.
MOST_PODS, MANY_CORES, MOST_PODS_OF_MANY_CORES = 110, 30, 250
KUBELET_SEES = 0.97
"""Of the nominal memory; the rest is firmware's and kernel's. Within 1 % of nodes measured in August 2026."""


def allocatable(machine: MachineType) -> Capacity:
    """Cores and memory that Kubernetes hands out on one node, before daemonsets.

    Raises ValueError for a machine type whose `max_pods` the catalogue does not tell.
    """
    if machine.max_pods is None:
        raise ValueError(f"{machine.name}: EKS reserves memory by max_pods, and the catalogue has none for it")
    reserved_bytes = (MEMORY_MIB + MEMORY_MIB_PER_POD * machine.max_pods) * MIB
    memory_bytes = machine.memory_gib * KUBELET_SEES * GIB - reserved_bytes - EVICTION_BYTES
    return Capacity(
        millicores=machine.cpu * 1000 - math.ceil(graduated(machine.cpu * 1000, MILLICORE_STEPS)),
        memory_bytes=max(0, math.floor(memory_bytes)),
        gpu=machine.gpu.count if machine.gpu else 0,
        pods=min(machine.max_pods, MOST_PODS if machine.cpu < MANY_CORES else MOST_PODS_OF_MANY_CORES),
    )
