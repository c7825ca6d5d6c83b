"""A GKE node pool of one machine type in one zone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

import pulumi
import pulumi_gcp as gcp

from components.clouds.gcp.names import CLUSTER, fitted
from components.kubernetes_contract import NodePoolArgs, NodePoolOutputs
from components.machines.machine_type import Gpu

# Google, "About GPUs in GKE": the accelerator's name for each kind.
ACCELERATORS: Mapping[str, str] = {
    "t4": "nvidia-tesla-t4",
    "l4": "nvidia-l4",
    "a100-40": "nvidia-tesla-a100",
    "a100-80": "nvidia-a100-80gb",
    "h100-80": "nvidia-h100-80gb",
}
_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
# How long a pool that goes waits for what must not be disturbed; an hour is Google's most.
PDB_TIMEOUT = "3600s"


class NodePool(pulumi.ComponentResource):
    """Nodes that come and go with their pods.

    What cannot be changed beneath running servers is part of the pool's name: another machine type makes a new pool,
    and the old one goes when the new one stands.
    """

    contract_outputs: NodePoolOutputs

    def __init__(self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:NodePool", name, None, opts)
        pool = gcp.container.NodePool(
            name,
            name=fitted(f"{args.pool}-{generation(args)}", CLUSTER),
            cluster=args.control_plane.cluster_id,
            initial_node_count=args.min_nodes,
            autoscaling={
                "total_min_node_count": args.min_nodes,
                "total_max_node_count": args.max_nodes,
                "location_policy": "ANY",
            },
            management={"auto_repair": True, "auto_upgrade": True},
            upgrade_settings={"strategy": "SURGE", "max_surge": 1, "max_unavailable": 0},
            node_drain_configs=[{"respect_pdb_during_node_pool_deletion": True, "pdb_timeout_duration": PDB_TIMEOUT}],
            network_config={"enable_private_nodes": True},
            node_config=_node_config(args),
            opts=pulumi.ResourceOptions(
                parent=self,
                # The autoscaler's business; Google would replace the pool for the first.
                ignore_changes=["initialNodeCount", "nodeCount"],
                # Drivers and capacity take their time.
                custom_timeouts=pulumi.CustomTimeouts(create="45m", update="60m", delete="75m"),
            ),
        )
        self.contract_outputs = NodePoolOutputs(pool_id=pool.id, name=pool.name, ready=[pool])
        self.register_outputs({"name": pool.name})


def generation(args: NodePoolArgs) -> str:
    """A short digest of what makes nodes other nodes."""
    nodes = {
        "machine": args.machine.name,
        "gpu": str(args.machine.gpu) if args.machine.gpu else None,
        "spot": args.spot,
        "disk_gib": args.disk_gib,
        "role": args.role,
        "kubernetes_minor": args.kubernetes_minor,
        "kms_key": args.site.kms_key_id,
    }
    return sha256(json.dumps(nodes, sort_keys=True).encode()).hexdigest()[:6]


def _node_config(args: NodePoolArgs) -> gcp.container.NodePoolNodeConfigArgsDict:
    gpu = args.machine.gpu
    config: gcp.container.NodePoolNodeConfigArgsDict = {
        "machine_type": args.machine.name,
        "guest_accelerators": [_accelerator(gpu)] if gpu else [],
        "image_type": "COS_CONTAINERD",
        "boot_disk": {
            "size_gb": args.disk_gib,
            "disk_type": "hyperdisk-balanced" if "hyperdisk" in args.machine.needs else "pd-balanced",
        },
        "spot": args.spot,
        "labels": dict(args.labels),
        # Google adds the GPU's taint by itself; said here too, it is no difference.
        "taints": [{"key": taint.key, "value": taint.value, "effect": _EFFECTS[taint.effect]} for taint in args.taints],
        "service_account": args.control_plane.node_principal.apply(lambda member: member.partition(":")[2]),
        # What the account may is decided by its roles alone.
        "oauth_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
        # Pods see an identity of their own at the metadata address, never the node's.
        "workload_metadata_config": {"mode": "GKE_METADATA"},
        "metadata": {"disable-legacy-endpoints": "true"},
        # Whether every version of NVIDIA's driver loads under secure boot is not known.
        "shielded_instance_config": {"enable_secure_boot": gpu is None, "enable_integrity_monitoring": True},
        "kubelet_config": {
            # One kernel that takes too much is ended, and not its whole server.
            "single_process_oom_kill": True,
            "insecure_kubelet_readonly_port_enabled": "FALSE",
        },
    }
    if args.site.kms_key_id:
        config["boot_disk_kms_key"] = args.site.kms_key_id
    return config


def _accelerator(gpu: Gpu) -> gcp.container.NodePoolNodeConfigGuestAcceleratorArgsDict:
    return {
        "type": ACCELERATORS[gpu.kind],
        "count": gpu.count,
        "gpu_driver_installation_config": {"gpu_driver_version": "DEFAULT"},
    }
