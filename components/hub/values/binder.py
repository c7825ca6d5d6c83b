"""Binder: images built from repositories by BinderHub, for the form of profiles and for links.

BinderHub only builds: servers are started by the hub, with its own profiles, homes and limits.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from components.hub import layout
from components.hub.values.merging import ChartValues, Values
from components.hub.values.told import Told
from components.pool_placement import core_selector

if TYPE_CHECKING:
    from schemas.amount import Amount
    from schemas.binder import Binder
    from schemas.community import Deployment

CHART = "binderhub-service"
SERVICE = "binder"
PATH = f"/services/{SERVICE}/"
"""Where JupyterHub's proxy sends people on to it, and where the form looks for it."""
NAME = "binder"
POD = f"{NAME}-binderhub"
"""Of BinderHub's Service, as the chart makes it of `fullnameOverride` (templates/_helpers-names.tpl). It is in a
namespace of its own: what builds is privileged."""
NODE_PURPOSE = "hub.jupyter.org/node-purpose"
"""Label by which zero-to-jupyterhub tells nodes of hubs from those of people."""
MAY_BUILD = f"access:services!service={SERVICE}"
REPOSITORY = "/srv/repo"
"""Where images have the repository's files: homes are mounted over the folder that repo2docker would take."""
SMALL_POD = {"requests": {"cpu": "20m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}}
"""Of BinderHub, which only watches builds. How much it takes has not been measured: its limit is wide."""
CODE = {
    "hubs-10-names": ("providers.local.runtime", "binder_names.py"),
    "hubs-20-registry": ("components.hub.in_binder", "registry_logins.py"),
    "hubs-30-service": ("components.hub.in_binder", "binder_service.py"),
}
"""In the order in which the chart runs them, which is after its own `binderhub-service-…`."""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Nothing where Binder is off."""
    binder = deployment.hub.binder
    if not binder:
        return {}
    return {"jupyterhub": _hub(deployment, binder, told), CHART: _service(deployment, binder, told)}


def _hub(deployment: Deployment, binder: Binder, told: Told) -> Values:
    return {
        "hub": {
            "services": {
                SERVICE: {
                    "url": f"http://{POD}.{layout.builds_namespace(deployment)}",
                    "display": False,
                    "oauth_client_id": f"service-{SERVICE}",
                    "oauth_redirect_uri": f"https://{deployment.hub.domain}{PATH}oauth_callback",
                    "oauth_no_confirm": True,
                }
            },
            # "self" stands there already with Dask, and a scope that is said twice is one.
            "loadRoles": {"user": {"scopes": [*([] if deployment.hub.dask else ["self"]), MAY_BUILD]}},
        },
        "custom": {
            "hubs": {
                "built_images": told.built_images,
                "binder": {
                    "login": binder.login,
                    "home": binder.home,
                    "allowed_repositories": list(binder.allowed_repositories),
                },
            }
        },
    }


def _service(deployment: Deployment, binder: Binder, told: Told) -> Values:
    return {
        "fullnameOverride": NAME,
        # Ours say it more narrowly: components/hub/build_policies.py.
        "networkPolicy": {"enabled": False},
        "config": _config(deployment, binder, told),
        "custom": {
            "hubs": {
                "hub_url": f"https://{deployment.hub.domain}/",
                "allowed_repositories": list(binder.allowed_repositories),
                "max_builds": binder.max_builds,
                "max_builds_per_user": binder.max_builds_per_user,
            }
        },
        "extraConfig": {**_code(), "hubs-40-configure": "configure(c, get_chart_config)"},
        "extraEnv": _environment(deployment),
        "resources": SMALL_POD,
        "serviceAccount": {"create": True, "name": layout.BUILDER, "annotations": dict(told.builder_annotations)},
        "podLabels": dict(told.builder_labels),
        "nodeSelector": core_selector(deployment.cluster, NODE_PURPOSE),
        "dockerApi": _docker(deployment, binder, told),
    }


def _config(deployment: Deployment, binder: Binder, told: Told) -> Values:
    size = binder.build
    return {
        "BinderHub": {
            "base_url": PATH,
            # Whoever comes by a link without signing in is somebody by then.
            "auth_enabled": True,
            "enable_api_only_mode": True,
            "use_registry": True,
            "image_prefix": told.built_images,
            "hub_url": f"https://{deployment.hub.domain}/",
            "concurrent_build_limit": binder.max_builds,
        },
        "KubernetesBuildExecutor": {
            "node_selector": _pods(deployment, told)[0],
            # Room that is kept on the node. What a build takes is taken by the daemon: see `_docker`.
            "resources": {"requests": _amounts(size.cpu.guarantee, size.memory_gib.guarantee)},
            "repo2docker_extra_args": [f"--target-repo-dir={REPOSITORY}"],
        },
        "KubernetesCleaner": {"max_age": binder.build_timeout_minutes * 60},
    }


def _environment(deployment: Deployment) -> list[Values]:
    """By which BinderHub asks the hub who somebody is."""
    known = {
        "JUPYTERHUB_SERVICE_NAME": SERVICE,
        "JUPYTERHUB_SERVICE_PREFIX": PATH,
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_API_URL": f"http://hub.{layout.namespace(deployment)}:8081/hub/api",
        "JUPYTERHUB_CLIENT_ID": f"service-{SERVICE}",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": f"https://{deployment.hub.domain}{PATH}oauth_callback",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": f'["{MAY_BUILD}"]',
    }
    token = {"secretKeyRef": {"name": layout.BUILDS_TOKEN, "key": layout.token_key(SERVICE)}}
    return [
        {"name": "JUPYTERHUB_API_TOKEN", "valueFrom": token},
        *({"name": name, "value": value} for name, value in known.items()),
    ]


def _docker(deployment: Deployment, binder: Binder, told: Told) -> Values:
    """The daemon that builds, on each node of the builds' pool: all builds of a node share what one may take."""
    selector, tolerations = _pods(deployment, told)
    return {
        "nodeSelector": selector,
        "tolerations": tolerations,
        "resources": {
            # Nothing set aside: sizes that fill a node still do where nobody builds.
            "requests": {"cpu": "0", "memory": "0"},
            "limits": _limits(binder.build.cpu, binder.build.memory_gib),
        },
    }


def _limits(cpu: Amount, memory_gib: Amount) -> Values:
    asked = {"cpu": cpu.limit, "memory": memory_gib.limit}
    return {name: value for name, value in _amounts(cpu.limit or 0, memory_gib.limit or 0).items() if asked[name]}


def _amounts(cpu: float, memory_gib: float) -> Values:
    return {"cpu": f"{round(cpu * 1000)}m", "memory": f"{round(memory_gib * 1024)}Mi"}


def _pods(deployment: Deployment, told: Told) -> tuple[Values, Any]:
    """Selector and tolerations of what builds."""
    from components.hub.values.server_pods import ServerPods
    from components.server_sizes import lasting_pool

    # BinderHub's pods put up with no other taints than people's.
    pods, pool = ServerPods(deployment, told), lasting_pool(deployment)
    return pods.node_selector(pool), pods.tolerations(pool)


@cache
def _code() -> dict[str, str]:
    return {key: files(package).joinpath(name).read_text(encoding="utf-8") for key, (package, name) in CODE.items()}
