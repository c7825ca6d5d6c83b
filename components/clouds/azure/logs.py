"""Where a cluster's control plane writes what it did."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor, operationalinsights

from components.clouds.azure.names import WORKSPACE, fitted, group
from components.kubernetes_contract import ControlPlaneArgs

CATEGORIES = (
    "kube-apiserver",
    # Who changed what. kube-audit has who looked at what too, and is an order of magnitude more.
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
    "cluster-autoscaler",
    "guard",
)
DAILY_GB = 1
"""What a cluster that went mad may write in a day, before Azure takes no more until the next: charged by the GB."""


def control_plane_logs(
    name: str, args: ControlPlaneArgs, cluster: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> None:
    """A workspace of the cluster's own, and what goes there."""
    workspace = operationalinsights.Workspace(
        f"{name}-logs",
        resource_group_name=group(args.site),
        workspace_name=fitted(f"{name}-logs", WORKSPACE),
        location=args.site.region,
        tags=args.site.labels,
        sku={"name": "PerGB2018"},
        retention_in_days=args.log_retention_days,
        workspace_capping={"daily_quota_gb": DAILY_GB},
        # Who reads or writes there signs in; a workspace's keys never expire.
        features={"disable_local_auth": True, "enable_log_access_using_only_resource_permissions": True},
        opts=opts,
    )
    monitor.DiagnosticSetting(
        f"{name}-logs",
        name="control-plane",
        resource_uri=cluster,
        workspace_id=workspace.id,
        # Tables of their own for each kind of log, which cost less to search.
        log_analytics_destination_type="Dedicated",
        logs=[{"category": category, "enabled": True} for category in CATEGORIES],
        opts=opts,
    )
