"""Dask Gateway: its own chart, and what the hub and people's servers know of it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from components.hub import layout
from components.hub.values.merging import ChartValues, Values
from components.hub.values.told import Told

if TYPE_CHECKING:
    from components.dask_workers import WorkerSize
    from schemas.community import Deployment

CHART = "dask-gateway"
PERSON_ID = 1000
"""Who people's servers run as, in images as repo2docker and the Jupyter project make them."""
SCHEDULER = {
    # 2i2c's hubs run with less (10 m, 128 MB; limit 1 core, 1 GB); a scheduler that is short of either stalls all of
    # its workers, which cost more.
    "cores": {"request": 0.1, "limit": 1},
    "memory": {"request": "256M", "limit": "2G"},
}
PURPOSE = "k8s.dask.org/node-purpose"
"""Label by which nodes say what of Dask they are for."""
SMALL_POD = {"requests": {"cpu": "20m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}}
"""Of gateway, controller and proxy. The gateway takes 70 MiB (2026.3.0, resident, measured on Linux); of the others
nothing is known."""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Values of both charts; nothing without `hub.dask`."""
    if deployment.hub.dask is None:
        return {}
    return {"jupyterhub": _hub(deployment), CHART: _gateway(deployment, told)}


def proxy_service(deployment: Deployment) -> str:
    """Name of the Service by which servers and browsers reach the gateway and schedulers."""
    return f"traefik-{layout.release(deployment, CHART)}"


def _hub(deployment: Deployment) -> Values:
    from components.hub.values.server_pods import literal
    from components.jupyterhub.dask import ROLES, SERVICE, client_variables

    inside = f"http://{proxy_service(deployment)}"
    variables = client_variables(
        inside=inside,
        scheduler=f"gateway://{proxy_service(deployment)}:80",
        public=f"https://{deployment.hub.domain}/",
    )
    return {
        "hub": {
            # Its token stands in hub.existingSecret. It shows nothing to people who open it in a browser.
            "services": {SERVICE: {"url": inside, "display": False}},
            "loadRoles": {role: {"scopes": list(scopes)} for role, scopes in ROLES.items()},
        },
        "singleuser": {
            "extraEnv": literal(variables),
        },
    }


def _gateway(deployment: Deployment, told: Told) -> Values:
    from components.jupyterhub.dask import PREFIX, SERVICE
    from components.pool_placement import core_selector

    core = {"nodeSelector": core_selector(deployment.cluster, PURPOSE)}
    return {
        "gateway": {
            "prefix": PREFIX,
            "resources": SMALL_POD,
            **core,
            "auth": {
                "type": "jupyterhub",
                "jupyterhub": {
                    "apiTokenFromSecretName": layout.HUB_SECRETS,
                    "apiTokenFromSecretKey": layout.token_key(SERVICE),
                    "jupyterhubServiceName": SERVICE,
                },
                "custom": {"config": {"hubs": _asked(deployment, told)}},
            },
            "backend": _backend(deployment, told),
            "extraConfig": {
                "10-hubs": files("components.hub.in_gateway").joinpath("dask_gateway.py").read_text(encoding="utf-8"),
                "20-hubs-configure": "configure(c, get_property)",
            },
        },
        "controller": {"resources": SMALL_POD, **core},
        "traefik": {
            "resources": SMALL_POD,
            **core,
            # People come in by the hub alone.
            "service": {"type": "ClusterIP"},
        },
    }


def _asked(deployment: Deployment, told: Told) -> Values:
    """What the code in the gateway's pod reads."""
    from components.dask_workers import worker_sizes
    from components.jupyterhub.dask import cluster_limits

    dask = deployment.hub.dask
    assert dask is not None
    return {
        "sizes": [_size(size) for size in worker_sizes(deployment)],
        "max_clusters_per_user": dask.max_clusters_per_user,
        "most": cluster_limits(dask),
        "idle_timeout_seconds": dask.idle_timeout_minutes * 60,
        "pod_labels": {**layout.bill_labels(deployment), **told.pod_labels},
    }


def _size(size: WorkerSize) -> Values:
    return {
        "name": size.name,
        "title": size.title,
        "cpu": size.cpu,
        "threads": size.threads,
        "memory_bytes": size.memory_bytes,
        "gpu": size.gpu,
    }


def _backend(deployment: Deployment, told: Told) -> Values:
    from components.dask_workers import worker_pool
    from components.hub.values.server_pods import ServerPods, container_of, name_and_tag
    from components.hub.values.storage import file_variables
    from components.server_sizes import lasting_pool

    pods = ServerPods(deployment, told)
    workers = {**_pod(), **pods.on_pool(worker_pool(deployment))}
    # A cluster outlives its workers and not its scheduler, which therefore runs where people's servers do.
    scheduler = {**_pod(), **pods.on_pool(lasting_pool(deployment))}
    container = {"securityContext": {"allowPrivilegeEscalation": False}}
    return {
        # Where a client names none: the chart's own has not what people's servers have.
        "image": name_and_tag(container_of(deployment, deployment.hub.image)),
        "environment": {**told.environment, **file_variables(deployment)},
        "scheduler": {**SCHEDULER, "extraPodConfig": scheduler, "extraContainerConfig": container},
        "worker": {"extraPodConfig": workers, "extraContainerConfig": container},
    }


def _pod() -> Values:
    """As a server's own pod: the same rights in the cloud, the same person in the image."""
    return {
        "serviceAccountName": layout.SERVICE_ACCOUNT,
        "securityContext": {"runAsUser": PERSON_ID, "fsGroup": PERSON_ID},
    }
