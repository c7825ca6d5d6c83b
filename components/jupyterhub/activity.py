"""When idle servers are stopped, and how often anybody looks."""

from __future__ import annotations

from typing import Any

from schemas.hub import Hub

LONGEST_ACTIVITY_INTERVAL_SECONDS = 300
"""JupyterHub's own: how often servers tell that somebody is at work."""
LONGEST_LOOK_SECONDS = 600
"""jupyterhub-idle-culler's and zero-to-jupyterhub's own: how often idle servers are looked for."""
ACTIVITY_INTERVAL = "JUPYTERHUB_ACTIVITY_INTERVAL"
"""Variable by which servers know that interval."""


def activity_interval_seconds(hub: Hub) -> int:
    """How often a server tells that somebody is at work."""
    # News of activity must come several times within the timeout, or people at work are stopped as idle.
    return min(LONGEST_ACTIVITY_INTERVAL_SECONDS, hub.culling.idle_timeout_minutes * 60 // 4)


def culling(hub: Hub) -> dict[str, Any]:
    """Seconds: until an idle server is stopped, until any is (0: never), and between two looks."""
    idle_timeout_seconds = hub.culling.idle_timeout_minutes * 60
    return {
        "idle_timeout_seconds": idle_timeout_seconds,
        "maximum_age_seconds": (hub.culling.maximum_age_minutes or 0) * 60,
        "look_every_seconds": min(LONGEST_LOOK_SECONDS, idle_timeout_seconds // 4),
    }
