"""The deployer's own identity in GitHub's workflows: a federated sign-in, and no key file anywhere."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.clouds.gcp.names import SERVICE_ACCOUNT, WORKLOAD_IDENTITY_POOL, fitted
from components.clouds.gcp.node_identity import ROLES as NODE_ROLES
from components.kubernetes_contract import CiIdentityArgs, CiIdentityOutputs

ISSUER = "https://token.actions.githubusercontent.com"
ROLES = (
    "roles/artifactregistry.admin",
    "roles/compute.networkAdmin",
    "roles/compute.storageAdmin",
    "roles/container.admin",
    "roles/iam.serviceAccountAdmin",
    "roles/monitoring.notificationChannelEditor",
    "roles/storage.admin",
)
"""What a deploy of a cluster and its hubs creates. Whoever may deploy may do all of this."""


class CiIdentity(pulumi.ComponentResource):
    """Jobs of the named environments of one repository, told by its number, and nobody else."""

    contract_outputs: CiIdentityOutputs

    def __init__(self, name: str, args: CiIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:CiIdentity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = gcp.serviceaccount.Account(
            f"{name}-deployer",
            account_id=fitted(f"deployer-{name}", SERVICE_ACCOUNT),
            display_name=f"Deploys {name}",
            opts=child,
        )
        pool = gcp.iam.WorkloadIdentityPool(
            f"{name}-github",
            workload_identity_pool_id=fitted(f"github-{name}", WORKLOAD_IDENTITY_POOL),
            display_name="GitHub workflows",
            opts=child,
        )
        provider = gcp.iam.WorkloadIdentityPoolProvider(
            f"{name}-github",
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id="github",
            oidc={"issuer_uri": ISSUER},
            attribute_mapping={
                "google.subject": "assertion.sub",
                "attribute.repository_id": "assertion.repository_id",
                "attribute.environment": "assertion.environment",
            },
            attribute_condition=condition(args),
            opts=child,
        )
        gcp.serviceaccount.IAMMember(
            f"{name}-github",
            service_account_id=account.name,
            role="roles/iam.workloadIdentityUser",
            member=pulumi.Output.format(
                "principalSet://iam.googleapis.com/{0}/attribute.repository_id/{1}", pool.name, args.repository_id
            ),
            opts=child,
        )
        self._grants(name, args, account)
        self.contract_outputs = CiIdentityOutputs(
            principal=account.member,
            settings={"service_account": account.email, "workload_identity_provider": provider.name},
        )
        self.register_outputs({"email": account.email})

    def _grants(self, name: str, args: CiIdentityArgs, account: gcp.serviceaccount.Account) -> None:
        child = pulumi.ResourceOptions(parent=self)
        project = args.site.account
        for role in ROLES:
            gcp.projects.IAMMember(
                f"{name}-deployer-{role.removeprefix('roles/')}",
                project=project,
                role=role,
                member=account.member,
                opts=child,
            )
        # Grants nodes their roles, and can grant nobody any other: not even itself.
        gcp.projects.IAMMember(
            f"{name}-deployer-grants",
            project=project,
            role="roles/resourcemanager.projectIamAdmin",
            member=account.member,
            condition={"title": "only the roles of nodes", "expression": only_roles(NODE_ROLES)},
            opts=child,
        )
        # To make nodes that act as the node account, and as no other of the project.
        gcp.serviceaccount.IAMMember(
            f"{name}-deployer-acts-as-nodes",
            service_account_id=args.node_principal.apply(
                lambda member: f"projects/{project}/serviceAccounts/{member.partition(':')[2]}"
            ),
            role="roles/iam.serviceAccountUser",
            member=account.member,
            opts=child,
        )


def condition(args: CiIdentityArgs) -> str:
    """Google's expression of who may sign in."""
    environments = ", ".join(f"'{environment}'" for environment in args.environments)
    return f"assertion.repository_id == '{args.repository_id}' && assertion.environment in [{environments}]"


def only_roles(roles: tuple[str, ...]) -> str:
    """Google's expression of a grant that changes no other roles than these."""
    listed = ", ".join(f"'{role}'" for role in roles)
    return f"api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([{listed}])"
