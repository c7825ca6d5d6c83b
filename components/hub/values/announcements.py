"""What is announced on the hub's pages: a ConfigMap that need not be there, and that nothing restarts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub import layout
from components.hub.values.merging import ChartValues
from components.hub.values.told import Told

if TYPE_CHECKING:
    from schemas.community import Deployment

FOLDER = "/usr/local/share/hubs/announcements"
"""In the hub's pod. The kubelet brings a change there within about a minute (Kubernetes documentation, ConfigMaps,
"Mounted ConfigMaps are updated automatically"): its sync period, and its cache."""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Where the hub finds it."""
    volume = {"name": layout.ANNOUNCEMENTS, "configMap": {"name": layout.ANNOUNCEMENTS, "optional": True}}
    mount = {"name": layout.ANNOUNCEMENTS, "mountPath": FOLDER, "readOnly": True}
    return {
        "jupyterhub": {
            "custom": {"hubs": {"announcements": FOLDER}},
            "hub": {"extraVolumes": [volume], "extraVolumeMounts": [mount]},
        }
    }
