"""Who may do everything in a cluster."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def administrator(
    name: str, cluster: pulumi.Input[str], principal: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> Sequence[pulumi.Resource]:
    """Let a user or role of AWS in: an entry, and the policy that says what for."""
    entry = aws.eks.AccessEntry(name, cluster_name=cluster, principal_arn=principal, type="STANDARD", opts=opts)
    policy = aws.eks.AccessPolicyAssociation(
        name,
        cluster_name=cluster,
        principal_arn=entry.principal_arn,
        policy_arn=ADMIN,
        access_scope={"type": "cluster"},
        opts=opts,
    )
    return [entry, policy]
