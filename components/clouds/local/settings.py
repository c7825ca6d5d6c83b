"""A resolved community as the settings of its hub: plain data, nothing secret, no absolute paths.

`traits` are JupyterHub's own options by class, as a jupyterhub_config.py would set them; the rest is what no trait
says. On its way to the hub the engine may sort keys and drop nulls. So nothing here hangs on the order of a mapping,
and what is not there is empty (an empty text, mapping or 0) and never None.
"""

from __future__ import annotations

from typing import Any

from components.clouds.local.dask_settings import dask_settings
from components.clouds.local.profile_settings import hub_defaults, profile_list
from components.contract import HEALTH_CHECK_USERS
from components.jupyterhub.activity import ACTIVITY_INTERVAL, activity_interval_seconds, culling
from components.jupyterhub.building import binder_settings
from components.jupyterhub.homepage import homepage
from components.jupyterhub.limits import CONCURRENT_STARTS
from components.jupyterhub.roles import roles
from components.jupyterhub.sign_in import authenticator_class, groups_from, sign_in_traits
from schemas.community import Deployment
from schemas.hub import Hub
from schemas.node_pool import NodePool


def hub_settings(deployment: Deployment) -> dict[str, Any]:
    """Everything that the hub on this machine is configured with, JSON-able."""
    hub = deployment.hub
    return {
        "community": {"name": deployment.community, "stage": deployment.stage, "title": deployment.title},
        "stack": deployment.stack,
        "health_check_users": HEALTH_CHECK_USERS,
        "domain": hub.domain or "",
        "traits": {
            "JupyterHub": _hub_traits(hub),
            **sign_in_traits(hub),
            "LocalHubSpawner": {
                **hub_defaults(deployment),
                "environment": _environment(hub),
                "profile_list": profile_list(deployment),
            },
        },
        "homepage": homepage(deployment),
        "contacts": [contact.model_dump(include={"name", "email"}) for contact in deployment.contacts],
        "groups": {name: sorted(users) for name, users in sorted(hub.groups.items())},
        "groups_from": groups_from(hub),
        "home": {"type": hub.home.type},
        "shared_directories": [shared.model_dump(mode="json") for shared in hub.shared_directories],
        "scratch": {"delete_after_days": hub.scratch.delete_after_days} if hub.scratch else {},
        "culling": culling(hub),
        "binder": binder_settings(deployment),
        "dask": dask_settings(deployment),
        "node_pools": {
            name: {"cpu": pool.cpu, "memory_gib": pool.memory_gib}
            for name, pool in sorted(deployment.cluster.node_pools.items())
            if _carries_servers(pool)
        },
    }


def _hub_traits(hub: Hub) -> dict[str, Any]:
    return {
        "authenticator_class": authenticator_class(hub.auth),
        "load_roles": roles(hub),
        "allow_named_servers": hub.named_servers_per_user > 0,
        "named_server_limit_per_user": hub.named_servers_per_user,
        "active_server_limit": hub.max_running_servers or 0,
        "concurrent_spawn_limit": CONCURRENT_STARTS,
        "last_activity_interval": activity_interval_seconds(hub),
    }


def _environment(hub: Hub) -> dict[str, str]:
    return {ACTIVITY_INTERVAL: str(activity_interval_seconds(hub)), **hub.environment}


def _carries_servers(pool: NodePool) -> bool:
    return pool.role == "user"
