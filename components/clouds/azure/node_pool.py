"""An AKS node pool of one machine type in one zone."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import containerservice

from components.clouds.azure.names import group, pool_name
from components.clouds.azure.nodes import FIRST_NODES, node_settings, surge
from components.clouds.azure.taints import SPOT_TAINT
from components.kubernetes_contract import NodePoolArgs, NodePoolOutputs

UNLIMITED = -1
"""Of the price of spot nodes: up to that of others."""
# AKS refuses to change these, and azure-native 3.29 asks it to, except for the machine.
IMMUTABLE = (
    "availabilityZones",
    "gpuProfile",
    "maxPods",
    "osDiskSizeGB",
    "osDiskType",
    "osSKU",
    "scaleSetEvictionPolicy",
    "scaleSetPriority",
    "spotMaxPrice",
    "vmSize",
    "vnetSubnetID",
)


class NodePool(pulumi.ComponentResource):
    """Nodes that come and go with their pods.

    What cannot be changed beneath running servers is part of the pool's name: another machine type makes a new pool,
    and the old one goes when the new one stands.
    """

    contract_outputs: NodePoolOutputs

    def __init__(self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:NodePool", name, None, opts)
        core = args.role == "core"
        # A System pool keeps a node, and the first node of the cluster is one of the core pool's.
        least = max(1, args.min_nodes - FIRST_NODES) if core else args.min_nodes
        most = max(least, args.max_nodes - FIRST_NODES) if core else args.max_nodes
        # Azure puts it there by itself; said here too, it is no difference.
        extra = (SPOT_TAINT,) if args.spot else ()
        pool = containerservice.AgentPool(
            name,
            resource_group_name=group(args.site),
            resource_name_=args.control_plane.cluster_id.apply(lambda full: full.rpartition("/")[2]),
            agent_pool_name=pool_name(args.pool, nodes(args)),
            mode="System" if core else "User",
            tags=args.site.labels,
            vm_size=args.machine.name,
            count=least,
            enable_auto_scaling=True,
            min_count=least,
            max_count=most,
            vnet_subnet_id=args.network.node_subnet_ids[0],
            availability_zones=[args.site.zone],
            os_disk_size_gb=args.disk_gib,
            orchestrator_version=args.kubernetes_minor,
            node_labels=dict(args.labels),
            node_taints=[f"{taint.key}={taint.value}:{taint.effect}" for taint in (*args.taints, *extra)],
            gpu_profile={"driver": "Install"} if args.machine.gpu else None,
            **node_settings(gpu=args.machine.gpu is not None),
            **(_spot() if args.spot else {"upgrade_settings": surge()}),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=args.control_plane.ready,
                # The autoscaler's business.
                ignore_changes=["count"],
                replace_on_changes=list(IMMUTABLE),
                custom_timeouts=pulumi.CustomTimeouts(create="45m", update="60m", delete="75m"),
            ),
        )
        self.contract_outputs = NodePoolOutputs(pool_id=pool.id, name=pool.name, extra_taints=extra, ready=[pool])
        self.register_outputs({"name": pool.name})


def nodes(args: NodePoolArgs) -> dict[str, object]:
    """What makes nodes other nodes."""
    return {
        "machine": args.machine.name,
        "gpu": str(args.machine.gpu) if args.machine.gpu else None,
        "spot": args.spot,
        "disk_gib": args.disk_gib,
        "role": args.role,
        "kubernetes_minor": args.kubernetes_minor,
    }


def _spot() -> dict[str, Any]:
    # Upgrades of spot pools take no surge: Azure refuses the setting.
    return {
        "scale_set_priority": "Spot",
        "scale_set_eviction_policy": "Delete",
        "spot_max_price": UNLIMITED,
    }
