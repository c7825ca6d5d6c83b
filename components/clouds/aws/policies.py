"""Policies of AWS: who may become a role, and what it may do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from components.clouds.aws.names import ROLE, fitted

Statement = Mapping[str, Any]


def document(*statements: Statement) -> str:
    """A policy's JSON; everything in it is known."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def output_document(*statements: pulumi.Input[Statement]) -> pulumi.Output[str]:
    """A policy's JSON with values that are known only when things are there."""
    return pulumi.Output.all(*statements).apply(lambda known: document(*known))


def encrypted_on_its_way(bucket_arn: str) -> Statement:
    """Nobody speaks with the bucket but by TLS."""
    return {
        "Sid": "EncryptedOnItsWay",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def service_trust(service: str) -> str:
    """A service of Amazon's may become the role."""
    return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}})


def pod_trust(cluster_arn: pulumi.Input[str], namespace: str, service_account: str) -> pulumi.Output[str]:
    """Pods of one Kubernetes service account of one namespace of one cluster may become the role."""

    def trust(arn: str) -> str:
        tags = {
            "eks-cluster-arn": arn,
            "kubernetes-namespace": namespace,
            "kubernetes-service-account": service_account,
        }
        return document(
            {
                "Effect": "Allow",
                # EKS says with the second whose pod it is.
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Condition": {"StringEquals": {f"aws:RequestTag/{tag}": value for tag, value in tags.items()}},
            }
        )

    return pulumi.Output.from_input(cluster_arn).apply(trust)


def role(
    name: str, trust: pulumi.Input[str], managed: Sequence[str] = (), opts: pulumi.ResourceOptions | None = None
) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
    """A role, and the policies of Amazon's own that it has: without these it can do nothing yet."""
    made = aws.iam.Role(fitted(name, ROLE), assume_role_policy=trust, opts=opts)
    attached: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            f"{name}-{policy.rpartition('/')[2]}",
            role=made.name,
            policy_arn=f"arn:aws:iam::aws:policy/{policy}",
            opts=opts,
        )
        for policy in managed
    ]
    return made, attached
