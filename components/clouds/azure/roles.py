"""Who may do what on Azure: role assignments, by the roles' names."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import authorization

from components.kubernetes_contract import Site

# Microsoft, "Azure built-in roles".
ROLES: Mapping[str, str] = {
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
    "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Disk Backup Reader": "3e5e47e6-65f7-47ef-90b5-e5dd4d455f24",
    "Disk Snapshot Contributor": "7efff54f-a5b4-42b5-a1c5-5411624893ce",
    "Key Vault Crypto Officer": "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
    "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
    "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "Role Based Access Control Administrator": "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
}


def role_id(site: Site, role: str) -> str:
    """A built-in role's full id, as Azure gives it back: any other notation would be a difference forever."""
    return f"/subscriptions/{site.account}/providers/Microsoft.Authorization/roleDefinitions/{ROLES[role]}"


def grant(
    name: str,
    *,
    role: pulumi.Input[str],
    scope: pulumi.Input[str],
    principal: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    principal_type: str | None = "ServicePrincipal",
    condition: pulumi.Input[str] | None = None,
) -> authorization.RoleAssignment:
    """Give a principal a role, by its full id, on a scope and all that is in it."""
    return authorization.RoleAssignment(
        name,
        role_definition_id=role,
        scope=scope,
        principal_id=principal,
        # Said, so that Azure does not look for an identity that it made a moment ago and cannot find yet.
        principal_type=principal_type,
        condition=condition,
        condition_version="2.0" if condition else None,
        opts=opts,
    )
