"""The deployer's own identity in GitHub's workflows: a federated sign-in, and no password anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pulumi
from pulumi_azure_native import managedidentity

from components.clouds.azure.attaching import attaching, number, subscription
from components.clouds.azure.identity import AUDIENCE, OBJECTS
from components.clouds.azure.names import group
from components.clouds.azure.roles import ROLES, grant, role_id
from components.clouds.azure.state_place import GROUP
from components.kubernetes_contract import CiIdentityArgs, CiIdentityOutputs

ISSUER = "https://token.actions.githubusercontent.com"
ACTION = "azure/login"
DEPLOYER = "hubs-deployer"
DEPLOYS = ("Contributor", "Azure Kubernetes Service RBAC Cluster Admin")
"""What deploys of clusters and hubs do, in the whole subscription. Whoever may deploy may do all of this."""
GRANTED = (
    "AcrPull",
    "AcrPush",
    "Disk Backup Reader",
    "Disk Snapshot Contributor",
    "Managed Identity Operator",
    "Network Contributor",
    *OBJECTS.values(),
)
"""The only roles that it may give, and to others alone; besides these the one that attaches."""


class CiIdentity(pulumi.ComponentResource):
    """Jobs of the named environments of one repository, told by its number, and nobody else.

    Azure compares the whole subject of GitHub's token, which by itself has the repository's name and not its number.
    So the repository must send its number: one call of GitHub's API, said in the docs.
    """

    contract_outputs: CiIdentityOutputs

    def __init__(self, name: str, args: CiIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:CiIdentity", name, None, opts)
        self._site = replace(args.site, group=GROUP)
        self._child = pulumi.ResourceOptions(parent=self, depends_on=list(args.after))
        identity = managedidentity.UserAssignedIdentity(
            DEPLOYER,
            resource_group_name=group(self._site),
            resource_name_=DEPLOYER,
            location=args.site.region,
            opts=self._child,
        )
        self._credentials(args, identity)
        self._grants(args, identity.principal_id)
        self.contract_outputs = CiIdentityOutputs(
            principal=identity.principal_id,
            action=ACTION,
            settings={
                "client-id": identity.client_id,
                "tenant-id": identity.tenant_id,
                "subscription-id": pulumi.Output.from_input(args.site.account),
            },
        )
        self.register_outputs({"client_id": identity.client_id})

    def _grants(self, args: CiIdentityArgs, own: pulumi.Output[str]) -> None:
        whole = subscription(self._site)
        # Made here, since it would have to be the owner of what it may make roles in.
        attaching(f"{DEPLOYER}-attach", whole, f"subscription {self._site.account}", self._child)
        scopes: dict[str, pulumi.Input[str]] = dict.fromkeys(DEPLOYS, whole)
        if args.state is not None:
            scopes["Storage Blob Data Contributor"] = args.state.bucket
            scopes["Key Vault Crypto User"] = args.state.key
        for role, scope in scopes.items():
            grant(
                f"{DEPLOYER}-{role.lower().replace(' ', '-')}",
                role=role_id(self._site, role),
                scope=scope,
                principal=own,
                opts=self._child,
            )
        given = [*(ROLES[role] for role in GRANTED), number(whole)]
        grant(
            f"{DEPLOYER}-grants",
            role=role_id(self._site, "Role Based Access Control Administrator"),
            scope=whole,
            principal=own,
            condition=own.apply(lambda known: only_to_others(given, known)),
            opts=self._child,
        )

    def _credentials(self, args: CiIdentityArgs, identity: managedidentity.UserAssignedIdentity) -> None:
        before: list[pulumi.Resource] = []
        for environment in args.environments:
            credential = managedidentity.FederatedIdentityCredential(
                f"{DEPLOYER}-{environment}",
                resource_group_name=group(self._site),
                resource_name_=identity.name,
                federated_identity_credential_resource_name=f"github-{environment}",
                issuer=ISSUER,
                subject=subject(args.repository_id, environment),
                audiences=[AUDIENCE],
                # Azure refuses two at once on one identity.
                opts=pulumi.ResourceOptions(parent=self, depends_on=before),
            )
            before = [credential]


def subject(repository_id: str, environment: str) -> str:
    """Of the token of a job, where the repository's subject is made of `repository_id` and `context`."""
    return f"repository_id:{repository_id}:environment:{environment}"


def only_to_others(role_ids: Sequence[str], own: str) -> str:
    """Azure's expression of one who gives and takes these roles alone, and not for itself.

    Source: Microsoft, "Examples to delegate Azure role assignment management with conditions".
    """
    listed = ", ".join(role_ids)
    of = "Microsoft.Authorization/roleAssignments"
    clauses = (
        f"((!(ActionMatches{{'{of}/{action}'}})) OR "
        f"(@{source}[{of}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{listed}}} AND "
        f"@{source}[{of}:PrincipalId] ForAnyOfAllValues:GuidNotEquals {{{own}}}))"
        for action, source in (("write", "Request"), ("delete", "Resource"))
    )
    return " AND ".join(clauses)
