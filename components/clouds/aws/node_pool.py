"""An EKS node group in one zone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import pulumi
import pulumi_aws as aws

from components.clouds.aws.launch_template import launch_template, settings
from components.clouds.aws.names import NODE_GROUP, fitted
from components.kubernetes_contract import NodePoolArgs, NodePoolOutputs
from components.machines.machine_type import MachineType
from components.machines.offers import offer

AMI, GPU_AMI = "AL2023_x86_64_STANDARD", "AL2023_x86_64_NVIDIA"
_EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
TEMPLATE_TAG = "k8s.io/cluster-autoscaler/node-template"
"""How the autoscaler learns what a node would be like of which there is none."""


class NodePool(pulumi.ComponentResource):
    """Nodes that come and go with their pods.

    What cannot be changed beneath running servers is part of the group's name: another machine type makes a new group,
    and the old one goes when the new one stands.
    """

    contract_outputs: NodePoolOutputs

    def __init__(self, name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:NodePool", name, None, opts)
        template = launch_template(name, args, pulumi.ResourceOptions(parent=self))
        group = aws.eks.NodeGroup(
            name,
            node_group_name=fitted(f"{args.pool}-{generation(args)}", NODE_GROUP),
            cluster_name=args.control_plane.cluster_id,
            node_role_arn=args.control_plane.node_principal,
            # One zone: the disk of homes is in it, and traffic between zones is paid for.
            subnet_ids=[args.network.node_subnet_ids[0]],
            ami_type=GPU_AMI if args.machine.gpu else AMI,
            capacity_type="SPOT" if args.spot else "ON_DEMAND",
            instance_types=machine_types(args),
            version=args.kubernetes_minor,
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
            scaling_config={
                "min_size": args.min_nodes,
                "max_size": args.max_nodes,
                "desired_size": args.min_nodes,
            },
            update_config={"max_unavailable": 1},
            node_repair_config={"enabled": True},
            labels=dict(args.labels),
            taints=[
                {"key": taint.key, "value": taint.value, "effect": _EFFECTS[taint.effect]} for taint in args.taints
            ],
            opts=pulumi.ResourceOptions(
                parent=self,
                # The autoscaler's business.
                ignore_changes=["scalingConfig.desiredSize"],
                depends_on=list(args.control_plane.ready),
                # Drivers and capacity take their time.
                custom_timeouts=pulumi.CustomTimeouts(create="45m", update="60m", delete="75m"),
            ),
        )
        self._tell_autoscaler(name, args, group)
        self.contract_outputs = NodePoolOutputs(pool_id=group.id, name=group.node_group_name, ready=[group])
        self.register_outputs({"name": group.node_group_name})

    def _tell_autoscaler(self, name: str, args: NodePoolArgs, group: aws.eks.NodeGroup) -> None:
        scaling_group = group.resources.apply(_scaling_group)
        for key, value in node_template(args).items():
            aws.autoscaling.Tag(
                f"{name}-{key}",
                autoscaling_group_name=scaling_group,
                tag={"key": f"{TEMPLATE_TAG}/{key}", "value": value, "propagate_at_launch": False},
                # They go with it.
                opts=pulumi.ResourceOptions(parent=self, deleted_with=group),
            )


def _scaling_group(resources: Sequence[Any]) -> str:
    return str(resources[0].autoscaling_groups[0].name)


def generation(args: NodePoolArgs) -> str:
    """A short digest of what makes nodes other nodes."""
    nodes = {
        "machines": machine_types(args),
        "spot": args.spot,
        "role": args.role,
        "kubernetes_minor": args.kubernetes_minor,
        "template": settings(args),
    }
    return sha256(json.dumps(nodes, sort_keys=True).encode()).hexdigest()[:6]


def machine_types(args: NodePoolArgs) -> list[str]:
    """The machine; a spot pool may have any other of its size too, and so is interrupted less often."""
    equals = equal_machines(args.machine) if args.spot else ()
    return [args.machine.name, *equals]


def equal_machines(machine: MachineType) -> Sequence[str]:
    """The catalogue's others, by name, of the same size: the autoscaler takes all nodes of a group to be alike."""

    def size(one: MachineType) -> object:
        return one.cpu, one.memory_gib, one.gpu, one.arch, one.max_pods

    catalogue = offer("aws").catalogue.machine_types.values()
    return sorted(one.name for one in catalogue if one.name != machine.name and size(one) == size(machine))


def node_template(args: NodePoolArgs) -> Mapping[str, str]:
    """Labels, taints, disk and GPUs of a node to come, as the autoscaler reads them."""
    gpu = args.machine.gpu
    return {
        **{f"label/{key}": value for key, value in args.labels.items()},
        **{f"taint/{taint.key}": f"{taint.value}:{taint.effect}" for taint in args.taints},
        "resources/ephemeral-storage": f"{args.disk_gib}Gi",
        **({"resources/nvidia.com/gpu": str(gpu.count)} if gpu else {}),
    }
