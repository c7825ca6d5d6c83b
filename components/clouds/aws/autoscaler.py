"""Who may bring nodes and take them away on AWS, which has nobody for that."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.clouds.aws.addon import PodRole
from components.kubernetes_contract import AutoscalerArgs, AutoscalerOutputs

# kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md: what it looks at, and what it changes.
LOOK = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeLaunchConfigurations",
    "autoscaling:DescribeScalingActivities",
    "autoscaling:DescribeTags",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "eks:DescribeNodegroup",
)
CHANGE = ("autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup")


class Autoscaler(pulumi.ComponentResource):
    """A role for the chart's service account, that can change the nodes of its own cluster alone."""

    contract_outputs: AutoscalerOutputs

    def __init__(self, name: str, args: AutoscalerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Autoscaler", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        who = PodRole(
            cluster_arn=args.control_plane.oidc_issuer,
            namespace=args.namespace,
            service_account=args.service_account,
            statements=statements(args.cluster),
        )
        own, rights = who.made(f"{name}-autoscaler", child)
        lent = aws.eks.PodIdentityAssociation(
            f"{name}-autoscaler",
            cluster_name=args.control_plane.cluster_id,
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=own.arn,
            opts=child,
        )
        values = {
            "cloudProvider": "aws",
            "awsRegion": args.site.region,
            # EKS marks the groups of each cluster with its name.
            "autoDiscovery": {"clusterName": args.cluster},
        }
        self.contract_outputs = AutoscalerOutputs(values=values, ready=[*rights, lent])
        self.register_outputs({})


def statements(cluster: str) -> list[dict[str, object]]:
    """Look at all groups, change this cluster's alone: EKS puts the tag on every group that it makes."""
    owned = {"StringEquals": {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{cluster}": "owned"}}
    return [
        {"Effect": "Allow", "Action": list(LOOK), "Resource": "*"},
        {"Effect": "Allow", "Action": list(CHANGE), "Resource": "*", "Condition": owned},
    ]
