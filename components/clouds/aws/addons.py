"""What EKS leaves to others, and runs on nodes: names inside the cluster, and disks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from components.clouds.aws.addon import PodRole, addon
from components.clouds.aws.encryption import key_use
from components.kubernetes_contract import AddonsArgs, AddonsOutputs, Site


class Addons(pulumi.ComponentResource):
    """Made after the core pool, since they are not whole before nodes run them."""

    contract_outputs: AddonsOutputs

    def __init__(self, name: str, args: AddonsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Addons", name, None, opts)
        cluster = args.control_plane.cluster_id
        disks = PodRole(
            cluster_arn=args.control_plane.oidc_issuer,
            namespace="kube-system",
            service_account="ebs-csi-controller-sa",
            managed=("service-role/AmazonEBSCSIDriverPolicy",),
            statements=disk_key(args.site),
        )
        made = [
            addon(name, "coredns", cluster, parent=self, after=args.core_nodes),
            addon(name, "aws-ebs-csi-driver", cluster, parent=self, pod_role=disks, after=args.core_nodes),
        ]
        self.contract_outputs = AddonsOutputs(ready=made)
        self.register_outputs({})


def disk_key(site: Site) -> list[Mapping[str, Any]]:
    """A disk under a key of one's own is attached by lending that key to EC2."""
    if not site.kms_key_id:
        return []
    lend = {
        "Effect": "Allow",
        "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
        "Resource": site.kms_key_id,
        "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    }
    return [lend, *key_use(site)]
