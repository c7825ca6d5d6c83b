"""A resolved community as the settings of its hub: plain data, nothing secret, no absolute paths.

`traits` are JupyterHub's own options by class, as a jupyterhub_config.py would set them; the rest is what no trait
says. On its way to the hub the engine may sort keys and drop nulls. So nothing here hangs on the order of a mapping,
and what is not there is empty (an empty text, mapping or 0) and never None.
"""

from __future__ import annotations

from typing import Any

from components.clouds.local.profile_settings import hub_defaults, profile_list
from components.contract import HEALTH_CHECK_USERS
from components.jupyterhub.sign_in import authenticator_class, groups_from, sign_in_traits
from schemas.community import Deployment
from schemas.hub import Hub, Organization
from schemas.node_pool import NodePool

LONGEST_ACTIVITY_INTERVAL_SECONDS = 300
"""JupyterHub's own: how often servers tell that somebody is at work."""
CONCURRENT_STARTS = 64
"""zero-to-jupyterhub's hub.concurrentSpawnLimit."""


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
            **sign_in_traits(hub.auth),
            "LocalHubSpawner": {
                **hub_defaults(deployment),
                "environment": _environment(hub),
                "profile_list": profile_list(deployment),
            },
        },
        "homepage": _homepage(deployment),
        "contacts": [contact.model_dump() for contact in deployment.contacts],
        "groups": {name: sorted(users) for name, users in sorted(hub.groups.items())},
        "groups_from": groups_from(hub),
        "home": {"type": hub.home.type},
        "shared_directories": [shared.model_dump(mode="json") for shared in hub.shared_directories],
        "scratch": {"delete_after_days": hub.scratch.delete_after_days} if hub.scratch else {},
        "culling": {
            "idle_timeout_seconds": hub.culling.idle_timeout_minutes * 60,
            "maximum_age_seconds": (hub.culling.maximum_age_minutes or 0) * 60,
        },
        "node_pools": {
            name: {"cpu": pool.cpu, "memory_gib": pool.memory_gib}
            for name, pool in sorted(deployment.cluster.node_pools.items())
            if _carries_servers(pool)
        },
    }


def _hub_traits(hub: Hub) -> dict[str, Any]:
    return {
        "authenticator_class": authenticator_class(hub.auth),
        "load_roles": [
            # Named with its members, so that whoever leaves the list stops being an admin.
            {"name": "admin", "users": list(hub.auth.admins)},
            *(role.model_dump(mode="json") for role in hub.roles),
        ],
        "allow_named_servers": hub.named_servers_per_user > 0,
        "named_server_limit_per_user": hub.named_servers_per_user,
        "active_server_limit": hub.max_running_servers or 0,
        "concurrent_spawn_limit": CONCURRENT_STARTS,
        "last_activity_interval": _activity_interval_seconds(hub),
    }


def _environment(hub: Hub) -> dict[str, str]:
    return {"JUPYTERHUB_ACTIVITY_INTERVAL": str(_activity_interval_seconds(hub)), **hub.environment}


def _activity_interval_seconds(hub: Hub) -> int:
    # News of activity must come several times within the timeout, or people at work are stopped as idle.
    return min(LONGEST_ACTIVITY_INTERVAL_SECONDS, hub.culling.idle_timeout_minutes * 60 // 4)


def _homepage(deployment: Deployment) -> dict[str, Any]:
    page = deployment.hub.homepage
    return {
        "text": page.text,
        "announcement": page.announcement,
        "organization": _organization(page.organization),
        "operated_by": _organization(page.operated_by),
        "funded_by": _organization(page.funded_by),
    }


def _organization(organization: Organization | None) -> dict[str, Any]:
    return organization.model_dump(mode="json", exclude_none=True) if organization else {}


def _carries_servers(pool: NodePool) -> bool:
    return pool.role == "user"
