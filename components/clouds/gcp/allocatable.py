"""What GKE leaves for pods on a node."""

from __future__ import annotations

import math

from components.machines.capacity import GIB, MIB, Capacity, graduated
from components.machines.machine_type import MachineType

# Google, "Plan GKE Standard node sizes" (cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes).
MEMORY_STEPS_GIB = ((4, 0.25), (4, 0.20), (8, 0.10), (112, 0.06), (math.inf, 0.02))
MILLICORE_STEPS = ((1000, 0.06), (1000, 0.01), (2000, 0.005), (math.inf, 0.0025))
EVICTION_BYTES = 100 * MIB
MAX_PODS = 110
"""GKE's default; the pools here do not change it."""
KUBELET_SEES = 0.98
"""Of the nominal memory; the rest is firmware's and kernel's. Within 1 % of nodes measured in August 2026."""


def allocatable(machine: MachineType) -> Capacity:
    """Cores and memory that Kubernetes hands out on one node, before daemonsets."""
    seen_gib = machine.memory_gib * KUBELET_SEES
    memory_bytes = (seen_gib - graduated(seen_gib, MEMORY_STEPS_GIB)) * GIB - EVICTION_BYTES
    return Capacity(
        millicores=machine.cpu * 1000 - math.ceil(graduated(machine.cpu * 1000, MILLICORE_STEPS)),
        memory_bytes=max(0, math.floor(memory_bytes)),
        gpu=machine.gpu.count if machine.gpu else 0,
        pods=MAX_PODS,
    )
