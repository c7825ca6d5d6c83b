"""Attaching disks to nodes and addresses to load balancers: a role of our own.

The disk of homes and the address of the gateway are in a cluster's group, not in that of its nodes. Microsoft says
Contributor for that, which could delete the disk and everything else.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

import pulumi
from pulumi_azure_native import authorization

from components.kubernetes_contract import Site

ACTIONS = (
    "Microsoft.Compute/disks/read",
    "Microsoft.Compute/disks/write",
    "Microsoft.Network/publicIPAddresses/join/action",
    "Microsoft.Network/publicIPAddresses/read",
    "Microsoft.Network/publicIPAddresses/write",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)


def attaching(name: str, scope: str, what: str, opts: pulumi.ResourceOptions) -> authorization.RoleDefinition:
    """The role, for a group or for a whole subscription; `what` is that in words."""
    return authorization.RoleDefinition(
        name,
        role_definition_id=number(scope),
        role_name=f"Attach what is in {what}",
        role_type="CustomRole",
        description="Attaches disks to nodes and addresses to load balancers; deletes none.",
        scope=scope,
        assignable_scopes=[scope],
        permissions=[{"actions": list(ACTIONS)}],
        opts=opts,
    )


def number(scope: str) -> str:
    """The role's, the same at every run."""
    return str(uuid5(NAMESPACE_URL, scope))


def subscription(site: Site) -> str:
    """The scope of a whole subscription."""
    return f"/subscriptions/{site.account}"


def accounts_role(site: Site) -> str:
    """Full id of the role that the subscription has where it was made ready for workflows, which can make no roles."""
    scope = subscription(site)
    return f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{number(scope)}"
