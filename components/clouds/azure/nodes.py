"""What all nodes on Azure have in common, the first as those of pools."""

from __future__ import annotations

from typing import Any

from components.clouds.azure.allocatable import MAX_PODS

FIRST_POOL = "first"
FIRST_NODES = 1
DRAIN_MINUTES = 60
"""How long a node that is upgraded waits for what must not be disturbed."""


def node_settings(*, gpu: bool) -> Any:
    """Private, without a login, without other systems than Azure's own."""
    security: dict[str, Any] = {"ssh_access": "Disabled"}
    if not gpu:
        # Whether every version of NVIDIA's driver loads under secure boot is not known.
        security |= {"enable_secure_boot": True, "enable_vtpm": True}
    return {
        "type": "VirtualMachineScaleSets",
        "os_type": "Linux",
        "os_sku": "Ubuntu",
        "os_disk_type": "Managed",
        "enable_node_public_ip": False,
        # Overlay networks allow 250, for which AKS would keep 5 GB of every node to itself.
        "max_pods": MAX_PODS,
        "security_profile": security,
    }


def surge() -> Any:
    """One node more while nodes are upgraded, so that what is drained finds a place."""
    return {"max_surge": "1", "drain_timeout_in_minutes": DRAIN_MINUTES}
