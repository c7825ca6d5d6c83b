"""Dask on this machine as a part of its hub's settings."""

from __future__ import annotations

from typing import Any

from components.jupyterhub.dask import PREFIX, ROLES, SERVICE, client_variables, cluster_limits
from schemas.community import Deployment


def dask_settings(deployment: Deployment) -> dict[str, Any]:
    """What hub and gateway read; empty without Dask. `$…` in variables are addresses that the machine decides."""
    hub = deployment.hub
    dask = hub.dask
    if dask is None:
        return {}
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
        "most": cluster_limits(dask),
        "idle_timeout_seconds": dask.idle_timeout_minutes * 60,
    }
