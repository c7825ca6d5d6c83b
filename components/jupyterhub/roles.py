"""Who may do what, in JupyterHub's own roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.hub import Hub

HEALTH = "health"
"""The service that the health check speaks as; it comes from outside."""
HEALTH_SCOPES = (
    "admin:users",  # add the user of its own, and remove it
    "servers",  # start and stop that user's server
    "access:servers",  # talk to it
    "tokens",  # or do so as that user
    "read:hub",
)


def roles(hub: Hub) -> list[dict[str, Any]]:
    """Admins, the file's roles, and that of the health check."""
    return [
        # Named with its members, so that whoever leaves the list stops being an admin.
        {"name": "admin", "users": list(hub.auth.admins)},
        *(role.model_dump(mode="json") for role in hub.roles),
        {"name": f"hubs-{HEALTH}", "scopes": list(HEALTH_SCOPES), "services": [HEALTH]},
    ]
