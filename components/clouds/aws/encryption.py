"""The key that a cluster's secrets are under, and the one that its data may be under."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.kubernetes_contract import Site

WAITING_DAYS = 30
"""The longest that AWS keeps a key which somebody deleted, and can give it back."""


def secrets_key(name: str, site: Site, *, protect: bool, parent: pulumi.Resource) -> pulumi.Input[str]:
    """ARN of the operators' own key, or of one that is made for this cluster."""
    if site.kms_key_id:
        return site.kms_key_id
    key = aws.kms.Key(
        f"{name}-secrets",
        description=f"Secrets in Kubernetes on {name}",
        enable_key_rotation=True,
        deletion_window_in_days=WAITING_DAYS,
        # Without it the cluster cannot read its own secrets.
        opts=pulumi.ResourceOptions(parent=parent, protect=protect),
    )
    return key.arn


def key_use(site: Site) -> list[dict[str, object]]:
    """Statements for whoever reads and writes data under the operators' own key; none without one."""
    if not site.kms_key_id:
        return []
    actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:DescribeKey"]
    return [{"Effect": "Allow", "Action": actions, "Resource": site.kms_key_id}]
