"""What AKS (1.29 and later) leaves for pods on a node."""

from __future__ import annotations

import math

from components.machines.capacity import GIB, MIB, Capacity
from components.machines.machine_type import MachineType

# Microsoft, "Node resource reservations in AKS" (learn.microsoft.com/azure/aks/node-resource-reservations).
MAX_PODS = 110
"""What the pools here ask for. Overlay networks default to 250, which would reserve 5 GB of every node."""
MEMORY_BYTES_PER_POD = 20_000_000
MEMORY_BYTES = 50_000_000
LARGEST_SHARE = 0.25
EVICTION_BYTES = 100 * MIB
KUBELET_SEES = 0.98
"""Of the nominal memory; the rest is firmware's and kernel's. Taken over from GKE: nobody measured AKS nodes."""


def allocatable(machine: MachineType) -> Capacity:
    """Cores and memory that Kubernetes hands out on one node, before daemonsets."""
    seen_bytes = machine.memory_gib * KUBELET_SEES * GIB
    reserved_bytes = min(MEMORY_BYTES_PER_POD * MAX_PODS + MEMORY_BYTES, seen_bytes * LARGEST_SHARE)
    return Capacity(
        millicores=machine.cpu * 1000 - _reserved_millicores(machine.cpu),
        memory_bytes=max(0, math.floor(seen_bytes - reserved_bytes - EVICTION_BYTES)),
        gpu=machine.gpu.count if machine.gpu else 0,
        pods=MAX_PODS,
    )


def _reserved_millicores(cpu: int) -> int:
    """The published table (1, 2, 4, 8 … cores: 60, 100, 140, 180, 260, 420, 740), and the line it lies on."""
    return 60 if cpu == 1 else 100 if cpu == 2 else 100 + 10 * cpu
