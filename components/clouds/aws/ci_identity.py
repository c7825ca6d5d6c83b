"""The deployer's own identity in GitHub's workflows: a federated sign-in, and no key anywhere."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.clouds.aws.names import DEPLOYER
from components.clouds.aws.policies import document
from components.kubernetes_contract import CiIdentityArgs, CiIdentityOutputs

ISSUER_HOST = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
ACTION = "aws-actions/configure-aws-credentials"
SERVICES = (
    "autoscaling",
    "backup",
    "backup-storage",  # without it, a vault for copies is not made
    "budgets",
    "dlm",
    "ec2",
    "ecr",
    "eks",
    "elasticfilesystem",
    "kms",
    "logs",
    "s3",
)
"""What deploys of clusters and hubs create, and the state with its key. Whoever may deploy may do all of this."""
ROLES = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:CreateServiceLinkedRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:Get*",
    "iam:List*",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
)
OF_ITSELF = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole*",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
)
OF_THE_BUCKET = (
    "s3:DeleteBucket*",
    "s3:DeleteObjectVersion",
    "s3:PutBucket*",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
)
OF_THE_KEY = ("kms:CreateGrant", "kms:DisableKey*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion")
"""What workflows may do neither to themselves nor to the state: change who may, and do away with what was."""


class CiIdentity(pulumi.ComponentResource):
    """Jobs of the named environments of one repository, told by its number, and nobody else."""

    contract_outputs: CiIdentityOutputs

    def __init__(self, name: str, args: CiIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:CiIdentity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=list(args.after))
        # AWS has one of these for an account, whoever made it.
        github = aws.iam.OpenIdConnectProvider(
            "github", url=f"https://{ISSUER_HOST}", client_id_lists=[AUDIENCE], opts=child
        )
        own = aws.iam.Role(
            DEPLOYER, name=DEPLOYER, assume_role_policy=github.arn.apply(lambda arn: trust(arn, args)), opts=child
        )
        state = pulumi.Output.all(args.state.bucket, args.state.key) if args.state else pulumi.Output.from_input(())
        aws.iam.RolePolicy(
            DEPLOYER,
            name=DEPLOYER,
            role=own.name,
            policy=pulumi.Output.all(own.arn, state).apply(lambda known: rights(known[0], *known[1])),
            opts=child,
        )
        self.contract_outputs = CiIdentityOutputs(
            principal=own.arn,
            action=ACTION,
            settings={"role-to-assume": own.arn, "aws-region": pulumi.Output.from_input(args.site.region)},
        )
        self.register_outputs({"arn": own.arn})


def trust(provider_arn: str, args: CiIdentityArgs) -> str:
    """Who may become the role. The number says which repository; names pass to others."""
    return document(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": provider_arn},
            "Condition": {
                "StringEquals": {
                    f"{ISSUER_HOST}:aud": AUDIENCE,
                    f"{ISSUER_HOST}:repository_id": args.repository_id,
                    f"{ISSUER_HOST}:environment": list(args.environments),
                },
                # AWS wants the subject judged too, and that begins with a name.
                "StringLike": {
                    f"{ISSUER_HOST}:sub": [
                        f"{repository}:environment:{environment}"
                        # The second, where the repository sends its number as its subject, as Azure wants it.
                        for repository in ("repo:*", f"repository_id:{args.repository_id}")
                        for environment in args.environments
                    ]
                },
            },
        }
    )


def rights(own_arn: str, bucket_arn: str | None = None, key_arn: str | None = None) -> str:
    """What a deploy does, but for changing who may deploy, and for losing the state."""
    denied: list[tuple[Sequence[str], list[str]]] = [(OF_ITSELF, [own_arn])]
    if bucket_arn and key_arn:
        denied += [(OF_THE_BUCKET, [bucket_arn, f"{bucket_arn}/*"]), (OF_THE_KEY, [key_arn])]
    return document(
        {"Effect": "Allow", "Action": [f"{service}:*" for service in SERVICES], "Resource": "*"},
        {"Effect": "Allow", "Action": list(ROLES), "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["route53:ChangeResourceRecordSets", "route53:Get*", "route53:List*"],
            "Resource": "*",
        },
        *({"Effect": "Deny", "Action": list(actions), "Resource": resources} for actions, resources in denied),
    )
