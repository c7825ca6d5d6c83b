"""What a pool's nodes are like beneath Kubernetes: disk, metadata address, the kubelet's own settings, tags."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components.kubernetes_contract import NodePoolArgs

BOUNDARY = "//"
KUBELET = {
    # One kernel that takes too much is ended, and not its whole server.
    "singleProcessOOMKill": True
}


def launch_template(name: str, args: NodePoolArgs, opts: pulumi.ResourceOptions) -> aws.ec2.LaunchTemplate:
    """Each change is a version more; which of them nodes are made from is the node group's business."""
    cluster = args.control_plane.cluster_id
    tags: dict[str, pulumi.Input[str]] = {
        "Name": name,
        "managed-by": "hubs",
        "hubs-cluster": cluster,
        "hubs-pool": args.pool,
    }
    return aws.ec2.LaunchTemplate(
        name,
        update_default_version=True,
        metadata_options={
            "http_endpoint": "enabled",
            # A request that a careless proxy passes on gets nothing.
            "http_tokens": "required",
            # Pods are a hop further away: they never see the node's credentials.
            "http_put_response_hop_limit": 1,
            "instance_metadata_tags": "disabled",
        },
        block_device_mappings=[_disk(args)],
        # Tags of the node group reach neither machines nor disks, and so not the bill.
        tag_specifications=[
            {"resource_type": kind, "tags": tags} for kind in ("instance", "volume", "network-interface")
        ],
        user_data=b64encode(user_data().encode()).decode(),
        opts=opts,
    )


def settings(args: NodePoolArgs) -> Mapping[str, Any]:
    """What makes nodes other nodes, of all that is in the template."""
    return {"disk_gib": args.disk_gib, "kms_key": args.site.kms_key_id, "kubelet": KUBELET}


def user_data() -> str:
    """Settings for nodeadm, which joins the node; EKS puts the cluster's own beside them."""
    config = {"apiVersion": "node.eks.aws/v1alpha1", "kind": "NodeConfig", "spec": {"kubelet": {"config": KUBELET}}}
    return "\n".join(
        (
            "MIME-Version: 1.0",
            f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"',
            "",
            f"--{BOUNDARY}",
            "Content-Type: application/node.eks.aws",
            "",
            json.dumps(config),
            f"--{BOUNDARY}--",
            "",
        )
    )


def _disk(args: NodePoolArgs) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgsDict:
    disk: aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgsDict = {
        "volume_size": args.disk_gib,
        "volume_type": "gp3",
        "encrypted": "true",
        "delete_on_termination": "true",
    }
    if args.site.kms_key_id:
        disk["kms_key_id"] = args.site.kms_key_id
    return {"device_name": "/dev/xvda", "ebs": disk}
