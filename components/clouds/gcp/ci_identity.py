"""The deployer's own identity in GitHub's workflows: a federated sign-in, and no key file anywhere."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.account_contract import SIGN_IN
from components.clouds.gcp.names import DEPLOYER
from components.clouds.gcp.node_identity import ROLES as NODE_ROLES
from components.kubernetes_contract import CiIdentityArgs, CiIdentityOutputs

ISSUER = "https://token.actions.githubusercontent.com"
ACTION = "google-github-actions/auth"
POOL, PROVIDER = "hubs-github", "github"
ROLES = (
    "roles/artifactregistry.admin",
    "roles/compute.networkAdmin",
    "roles/compute.storageAdmin",
    "roles/container.admin",
    "roles/dns.admin",
    "roles/file.editor",
    "roles/iam.serviceAccountAdmin",
    "roles/logging.configWriter",
    "roles/monitoring.notificationChannelEditor",
    "roles/serviceusage.serviceUsageConsumer",
    "roles/storage.admin",
)
"""What deploys of clusters and hubs create, the state's bucket too. Whoever may deploy may do all of this."""


class CiIdentity(pulumi.ComponentResource):
    """Jobs of the named environments of one repository, told by its number, and nobody else."""

    contract_outputs: CiIdentityOutputs

    def __init__(self, name: str, args: CiIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:CiIdentity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, depends_on=list(args.after))
        account = gcp.serviceaccount.Account(
            DEPLOYER, account_id=DEPLOYER, display_name="Deploys from GitHub's workflows", opts=child
        )
        pool, provider = self._sign_in(args)
        gcp.serviceaccount.IAMMember(
            f"{DEPLOYER}-github",
            service_account_id=account.name,
            role="roles/iam.workloadIdentityUser",
            member=pulumi.Output.format(
                "principalSet://iam.googleapis.com/{0}/attribute.repository_id/{1}", pool.name, args.repository_id
            ),
            opts=child,
        )
        self._grants(args, account)
        self.contract_outputs = CiIdentityOutputs(
            principal=account.member,
            action=ACTION,
            settings={"service_account": account.email, "workload_identity_provider": provider.name},
            kept={SIGN_IN: provider.name},
        )
        self.register_outputs({"email": account.email})

    def _sign_in(
        self, args: CiIdentityArgs
    ) -> tuple[gcp.iam.WorkloadIdentityPool, gcp.iam.WorkloadIdentityPoolProvider]:
        pool_id = f"projects/{args.site.account}/locations/global/workloadIdentityPools/{POOL}"
        pool = gcp.iam.WorkloadIdentityPool(
            POOL,
            workload_identity_pool_id=POOL,
            display_name="GitHub workflows",
            opts=self._kept(args, pool_id),
        )
        provider = gcp.iam.WorkloadIdentityPoolProvider(
            POOL,
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id=PROVIDER,
            oidc={"issuer_uri": ISSUER},
            attribute_mapping={
                "google.subject": "assertion.sub",
                "attribute.repository_id": "assertion.repository_id",
                "attribute.environment": "assertion.environment",
            },
            attribute_condition=condition(args),
            opts=self._kept(args, f"{pool_id}/providers/{PROVIDER}"),
        )
        return pool, provider

    def _kept(self, args: CiIdentityArgs, identity: str) -> pulumi.ResourceOptions:
        # Google keeps the name of a pool that was deleted for a month, and gives it to nobody. One that nobody has a
        # right by opens nothing.
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=list(args.after),
            retain_on_delete=True,
            import_=identity if args.adopt else None,
        )

    def _grants(self, args: CiIdentityArgs, account: gcp.serviceaccount.Account) -> None:
        child = pulumi.ResourceOptions(parent=self)
        for role in ROLES:
            gcp.projects.IAMMember(
                f"{DEPLOYER}-{role.removeprefix('roles/')}",
                project=args.site.account,
                role=role,
                member=account.member,
                opts=child,
            )
        # Grants nodes their roles, and can grant nobody any other: not even itself.
        gcp.projects.IAMMember(
            f"{DEPLOYER}-grants",
            project=args.site.account,
            role="roles/resourcemanager.projectIamAdmin",
            member=account.member,
            condition={"title": "only the roles of nodes", "expression": only_roles(NODE_ROLES)},
            opts=child,
        )
        if args.state is not None:
            gcp.kms.CryptoKeyIAMMember(
                f"{DEPLOYER}-state",
                crypto_key_id=args.state.key,
                role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
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
