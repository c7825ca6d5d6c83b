"""When idle servers are stopped: settings of the chart's culler, and of servers that tell it somebody is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues
from components.hub.values.told import Told
from components.jupyterhub.activity import ACTIVITY_INTERVAL, activity_interval_seconds, culling

if TYPE_CHECKING:
    from schemas.community import Deployment


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Servers alone are stopped: people and their files stay."""
    seconds, interval = culling(deployment.hub), activity_interval_seconds(deployment.hub)
    return {
        "jupyterhub": {
            "cull": {
                "enabled": True,
                "users": False,
                "timeout": seconds["idle_timeout_seconds"],
                "every": seconds["look_every_seconds"],
                "maxAge": seconds["maximum_age_seconds"],
            },
            # How often the hub asks the proxy; the chart's own is 60, whatever the timeout.
            "hub": {"config": {"JupyterHub": {"last_activity_interval": interval}}},
            "singleuser": {"extraEnv": {ACTIVITY_INTERVAL: str(interval)}},
        }
    }
