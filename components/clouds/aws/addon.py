"""One add-on that EKS installs and keeps up to date."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.clouds.aws.names import ROLE, fitted
from components.clouds.aws.policies import document, pod_trust, role


@dataclass(frozen=True, kw_only=True)
class PodRole:
    """As whom an add-on's pods act, and what they may do."""

    cluster_arn: pulumi.Input[str]
    namespace: str
    service_account: str
    managed: Sequence[str] = ()
    """Policies of Amazon's own."""
    statements: Sequence[Mapping[str, Any]] = ()

    def made(self, name: str, child: pulumi.ResourceOptions) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
        """The role, and its rights."""
        trust = pod_trust(self.cluster_arn, self.namespace, self.service_account)
        own, rights = role(name, trust, self.managed, child)
        if self.statements:
            policy = document(*self.statements)
            rights.append(aws.iam.RolePolicy(fitted(name, ROLE), role=own.name, policy=policy, opts=child))
        return own, rights


def addon(
    name: str,
    addon_name: str,
    cluster: pulumi.Input[str],
    *,
    parent: pulumi.Resource,
    configuration: Mapping[str, Any] | None = None,
    pod_role: PodRole | None = None,
    after: Sequence[pulumi.Resource] = (),
) -> aws.eks.Addon:
    """EKS chooses the version that fits Kubernetes' own."""
    child = pulumi.ResourceOptions(parent=parent)
    own, rights = pod_role.made(f"{name}-{addon_name}", child) if pod_role else (None, [])
    return aws.eks.Addon(
        f"{name}-{addon_name}",
        cluster_name=cluster,
        addon_name=addon_name,
        configuration_values=json.dumps(configuration) if configuration else None,
        pod_identity_associations=(
            [{"role_arn": own.arn, "service_account": pod_role.service_account}] if own and pod_role else None
        ),
        # What somebody changed by hand is put back.
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[*rights, *after]),
    )
