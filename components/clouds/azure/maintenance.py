"""When Azure may maintain a cluster, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import containerservice

from components.clouds.azure.names import group
from components.kubernetes_contract import ControlPlaneArgs

HOURS = 4
"""Azure's least."""
# AKS knows its windows by these names: versions of Kubernetes, and images of nodes. A window is one day of the week:
# two nights apart, so that a bad upgrade of the one is not mistaken for the other's.
WINDOWS: Mapping[str, str] = {
    "aksManagedAutoUpgradeSchedule": "Tuesday",
    "aksManagedNodeOSUpgradeSchedule": "Thursday",
}


def auto_upgrade(*, pinned: bool) -> containerservice.ManagedClusterAutoUpgradeProfileArgsDict:
    """Patches in any case, and further minor versions where none is pinned; nodes get images with the latest fixes."""
    return {"upgrade_channel": "patch" if pinned else "stable", "node_os_upgrade_channel": "NodeImage"}


def maintenance_windows(
    name: str, args: ControlPlaneArgs, cluster: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> None:
    """Four hours from the hour that was asked for."""
    for window, day in WINDOWS.items():
        containerservice.MaintenanceConfiguration(
            f"{name}-{day.lower()}",
            resource_group_name=group(args.site),
            resource_name_=cluster,
            config_name=window,
            maintenance_window={
                "duration_hours": HOURS,
                "start_time": f"{args.maintenance_hour_utc:02}:00",
                "utc_offset": "+00:00",
                "schedule": {"weekly": {"day_of_week": day, "interval_weeks": 1}},
            },
            opts=opts,
        )
