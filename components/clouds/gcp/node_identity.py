"""As whom nodes act: enough to write logs and metrics and to pull images, and nothing else."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.clouds.gcp.names import SERVICE_ACCOUNT, deployer_member, fitted
from components.kubernetes_contract import Site

ROLES = ("roles/container.defaultNodeServiceAccount",)
"""The least that nodes need ("Configure GKE node service accounts"); pulling images is granted on the registry."""


class NodeIdentity(pulumi.ComponentResource):
    """A service account of its own: the default one of Compute may edit the whole project."""

    email: pulumi.Output[str]
    member: pulumi.Output[str]

    def __init__(self, name: str, site: Site, *, workflows: bool, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:NodeIdentity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = gcp.serviceaccount.Account(
            f"{name}-nodes",
            account_id=fitted(f"nodes-{name}", SERVICE_ACCOUNT),
            display_name=f"Nodes of {name}",
            opts=child,
        )
        self.grants: list[pulumi.Resource] = [
            gcp.projects.IAMMember(
                f"{name}-nodes-{role.removeprefix('roles/')}",
                project=site.account,
                role=role,
                member=account.member,
                opts=child,
            )
            for role in ROLES
        ]
        if workflows:
            # To make nodes that act as this account, and as no other of the project.
            self.grants.append(
                gcp.serviceaccount.IAMMember(
                    f"{name}-nodes-deployer",
                    service_account_id=account.name,
                    role="roles/iam.serviceAccountUser",
                    member=deployer_member(site),
                    opts=child,
                )
            )
        self.email = account.email
        self.member = account.member
        self.register_outputs({"email": self.email})
