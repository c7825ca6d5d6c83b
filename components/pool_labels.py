"""Labels and taints by which pods find their nodes: those that z2jh and Dask expect, and a pool's own name."""

from __future__ import annotations

from collections.abc import Mapping

from components.kubernetes_contract import Role, Taint
from components.machines.machine_type import Gpu

POOL = "hub-pool"
"""Label of a pool's name in the community file, which lives on when its nodes are made anew."""
GPU_KIND = "gpu-kind"

_PURPOSES: Mapping[Role, Mapping[str, str]] = {
    "core": {"hub.jupyter.org/node-purpose": "core", "k8s.dask.org/node-purpose": "core"},
    "user": {"hub.jupyter.org/node-purpose": "user", "k8s.dask.org/node-purpose": "scheduler"},
    "worker": {"k8s.dask.org/node-purpose": "worker"},
}
# Some clouds refuse the slash in a taint's key; z2jh and Dask tolerate both spellings.
_DEDICATED: Mapping[Role, tuple[Taint, ...]] = {
    "core": (),
    "user": (Taint(key="hub.jupyter.org_dedicated", value="user"),),
    "worker": (Taint(key="k8s.dask.org_dedicated", value="worker"),),
}


def pool_labels(pool: str, role: Role, gpu: Gpu | None) -> dict[str, str]:
    """Labels of a pool's nodes."""
    return {**_PURPOSES[role], POOL: pool, **({GPU_KIND: gpu.kind} if gpu else {})}


def pool_taints(role: Role, gpu: Gpu | None) -> tuple[Taint, ...]:
    """Taints of a pool's nodes."""
    return (*_DEDICATED[role], *((Taint(key="nvidia.com/gpu", value="present"),) if gpu else ()))
