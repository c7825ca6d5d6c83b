"""Who people's servers of one hub are on AWS: a role that only sees the hub's own buckets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from components.clouds.aws.encryption import key_use
from components.clouds.aws.names import ROLE, fitted
from components.clouds.aws.policies import document, pod_trust, role
from components.kubernetes_contract import IdentityArgs, IdentityOutputs

LOOK = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
OBJECTS = {
    "admin": [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
    ],
    "read": ["s3:GetObject"],
}

PUSH = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:CreateRepository",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]


class Identity(pulumi.ComponentResource):
    """Lent by EKS to one Kubernetes service account of one namespace, without a key and without an annotation."""

    contract_outputs: IdentityOutputs

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Identity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        cluster = pulumi.Output.from_input(args.oidc_issuer)
        own, _ = role(f"{name}-users", pod_trust(cluster, args.namespace, args.service_account), opts=child)
        rights: list[pulumi.Resource] = []
        if args.grants:
            buckets = [grant.bucket for grant in args.grants.values()]
            access = [grant.access for grant in args.grants.values()]
            policy = pulumi.Output.all(*buckets).apply(
                lambda names: document(*_on(list(zip(names, access, strict=True))), *key_use(args.site))
            )
            rights = [aws.iam.RolePolicy(fitted(f"{name}-users", ROLE), role=own.name, policy=policy, opts=child)]
        if args.push_to is not None:
            policy = pulumi.Output.from_input(args.push_to).apply(lambda prefix: document(*pushing(prefix)))
            rights += [aws.iam.RolePolicy(fitted(f"{name}-push", ROLE), role=own.name, policy=policy, opts=child)]
        aws.eks.PodIdentityAssociation(
            name,
            cluster_name=cluster.apply(lambda arn: arn.rpartition("/")[2]),
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=own.arn,
            # A server that came before its rights would be told no until it restarts.
            opts=pulumi.ResourceOptions(parent=self, depends_on=rights),
        )
        self.contract_outputs = IdentityOutputs(service_account_annotations={})
        self.register_outputs({"arn": own.arn})


def pushing(registry: str) -> list[dict[str, Any]]:
    """What it takes to push to <account>.dkr.ecr.<region>.amazonaws.com/<cluster>, whose repositories the first push
    makes, and to look for images there (AWS, "Amazon ECR private repository create on push", and IAM's actions of ECR).
    """
    host, _, cluster = registry.partition("/")
    account, region = host.split(".")[0], host.split(".")[3]
    return [
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": PUSH,
            "Resource": f"arn:aws:ecr:{region}:{account}:repository/{cluster}/*",
        },
    ]


def _on(grants: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Statements for buckets, each with its access."""
    statements: list[dict[str, Any]] = []
    for bucket, access in grants:
        arn = f"arn:aws:s3:::{bucket}"
        statements += [
            {"Effect": "Allow", "Action": LOOK, "Resource": arn},
            {"Effect": "Allow", "Action": OBJECTS[access], "Resource": f"{arn}/*"},
        ]
    return statements
