"""Copies of people's files, made every night and kept for some days."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.clouds.aws.names import VAULT, fitted
from components.clouds.aws.policies import role, service_trust

HOUR_UTC = 4
SNAPSHOTS_POLICY = "service-role/AWSDataLifecycleManagerServiceRole"
COPIES_POLICY = "service-role/AWSBackupServiceRolePolicyForBackup"


def daily_snapshots(name: str, tags: Mapping[str, str], keep_days: int, opts: pulumi.ResourceOptions) -> None:
    """Of every disk with these tags."""
    own, rights = role(f"{name}-daily", service_trust("dlm.amazonaws.com"), [SNAPSHOTS_POLICY], opts)
    aws.dlm.LifecyclePolicy(
        f"{name}-daily",
        description=f"Daily snapshots of {name}",
        execution_role_arn=own.arn,
        state="ENABLED",
        policy_details={
            "policy_type": "EBS_SNAPSHOT_MANAGEMENT",
            "resource_types": ["VOLUME"],
            "target_tags": dict(tags),
            "schedules": [
                {
                    "name": "daily",
                    "create_rule": {"interval": 24, "interval_unit": "HOURS", "times": f"{HOUR_UTC:02}:00"},
                    "retain_rule": {"interval": keep_days, "interval_unit": "DAYS"},
                    "copy_tags": True,
                }
            ],
        },
        opts=pulumi.ResourceOptions(parent=opts.parent, depends_on=rights),
    )


def daily_copies(
    name: str,
    resource: pulumi.Input[str],
    keep_days: int,
    data: pulumi.ResourceOptions,
    child: pulumi.ResourceOptions,
) -> None:
    """Of one resource, in a vault of its own that outlives it; `data` are the options of what holds people's files."""
    own, rights = role(f"{name}-daily", service_trust("backup.amazonaws.com"), [COPIES_POLICY], child)
    vault = aws.backup.Vault(fitted(name, VAULT), opts=data)
    plan = aws.backup.Plan(
        fitted(name, VAULT),
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": vault.name,
                "schedule": f"cron(0 {HOUR_UTC} * * ? *)",
                "lifecycle": {"delete_after": keep_days},
            }
        ],
        opts=child,
    )
    aws.backup.Selection(
        fitted(name, VAULT),
        plan_id=plan.id,
        iam_role_arn=own.arn,
        resources=[resource],
        opts=pulumi.ResourceOptions(parent=child.parent, depends_on=rights),
    )
