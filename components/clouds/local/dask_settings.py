"""Dask on this machine as a part of its hub's settings."""

from __future__ import annotations

from typing import Any

from components.jupyterhub.dask import PREFIX, ROLES, SERVICE, client_variables
from schemas.community import Deployment


def dask_settings(deployment: Deployment) -> dict[str, Any]:
    """What hub and gateway read; empty without Dask. `$…` in variables are addresses that the machine decides."""
    hub = deployment.hub
    dask = hub.dask
    if dask is None:
        return {}
    most: dict[str, float] = {"workers": dask.max_workers_per_cluster}
    if dask.max_cpu_per_cluster is not None:
        most["cpu"] = dask.max_cpu_per_cluster
    if dask.max_memory_gib_per_cluster is not None:
        most["memory_bytes"] = int(dask.max_memory_gib_per_cluster * 2**30)
    return {
        "service": SERVICE,
        "prefix": PREFIX,
        "roles": {role: list(scopes) for role, scopes in ROLES.items()},
        "variables": client_variables(inside="$inside", scheduler="$scheduler", public="$public"),
        "environment": dict(hub.environment),
        # Without a pool workers count to the whole machine, as servers without one do.
        "node_pool": dask.node_pool or "",
        "worker_shares": list(dask.worker_sizes),
        "max_clusters_per_user": dask.max_clusters_per_user,
        "most": most,
        "idle_timeout_seconds": dask.idle_timeout_minutes * 60,
    }
