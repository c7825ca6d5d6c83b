"""Dask Gateway as a service of a hub: its name, its address, and who may use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.machines.capacity import GIB

if TYPE_CHECKING:
    from schemas.dask import Dask

SERVICE = "dask-gateway"
PREFIX = f"/services/{SERVICE}"
"""Where JupyterHub's proxy sends people on to it."""
MAY_USE = f"access:services!service={SERVICE}"

ROLES: dict[str, list[str]] = {
    # JupyterHub's own scopes of the two, with one more: a role that is said again is said whole.
    "user": ["self", MAY_USE],
    "server": ["users:activity!user", "access:servers!server", MAY_USE],
}
"""Scopes by role: everyone, and notebooks on everyone's behalf."""


def cluster_limits(dask: Dask) -> dict[str, float]:
    """The most that one cluster may have: workers, and cpu in cores and memory in bytes where they are bounded."""
    most: dict[str, float] = {"workers": dask.max_workers_per_cluster}
    if dask.max_cpu_per_cluster is not None:
        most["cpu"] = dask.max_cpu_per_cluster
    if dask.max_memory_gib_per_cluster is not None:
        most["memory_bytes"] = int(dask.max_memory_gib_per_cluster * GIB)
    return most


def client_variables(*, inside: str, scheduler: str, public: str) -> dict[str, str]:
    """Variables of servers by which `dask_gateway.Gateway()` needs no argument.

    `inside` is the gateway's own address without a path, `scheduler` what speaks for schedulers (gateway://…),
    `public` the hub's address, ending in a slash, below which browsers find dashboards.
    """
    return {
        "DASK_GATEWAY__ADDRESS": f"{inside}{PREFIX}",
        "DASK_GATEWAY__PROXY_ADDRESS": scheduler,
        "DASK_GATEWAY__PUBLIC_ADDRESS": f"{public.rstrip('/')}{PREFIX}",
        "DASK_GATEWAY__AUTH__TYPE": "jupyterhub",
        # The client puts the variable's value in its place: workers run the image of the server that starts them.
        "DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE": "{JUPYTER_IMAGE_SPEC}",
    }
