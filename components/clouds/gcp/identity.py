"""Who people's servers of one hub are on Google Cloud: a service account that only sees the hub's own buckets."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.clouds.gcp.names import SERVICE_ACCOUNT, fitted
from components.kubernetes_contract import Grant, IdentityArgs, IdentityOutputs

ANNOTATION = "iam.gke.io/gcp-service-account"
# Libraries look at the bucket itself before they open what is in it.
LOOK = "roles/storage.legacyBucketReader"
OBJECTS = {"admin": "roles/storage.objectUser", "read": "roles/storage.objectViewer"}


class Identity(pulumi.ComponentResource):
    """Lent to one Kubernetes service account of one namespace, without a key."""

    contract_outputs: IdentityOutputs

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:Identity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = gcp.serviceaccount.Account(
            name,
            account_id=fitted(f"users-{name}", SERVICE_ACCOUNT),
            display_name=f"Servers of people on {name}",
            opts=child,
        )
        gcp.serviceaccount.IAMMember(
            name,
            service_account_id=account.name,
            role="roles/iam.workloadIdentityUser",
            member=pulumi.Output.format(
                "serviceAccount:{0}[{1}/{2}]", args.oidc_issuer, args.namespace, args.service_account
            ),
            opts=child,
        )
        for bucket, grant in args.grants.items():
            self._grant(f"{name}-{bucket}", grant, account)
        if args.push_to is not None:
            self._push(name, pulumi.Output.from_input(args.push_to), account)
        self.contract_outputs = IdentityOutputs(
            service_account_annotations={ANNOTATION: account.email}, needs_metadata_server=True
        )
        self.register_outputs({"email": account.email})

    def _push(self, name: str, registry: pulumi.Output[str], account: gcp.serviceaccount.Account) -> None:
        """`registry` is <region>-docker.pkg.dev/<project>/<repository>."""
        gcp.artifactregistry.RepositoryIamMember(
            f"{name}-push",
            location=registry.apply(lambda prefix: prefix.partition("-docker.pkg.dev")[0]),
            project=registry.apply(lambda prefix: prefix.split("/")[1]),
            repository=registry.apply(lambda prefix: prefix.split("/")[2]),
            role="roles/artifactregistry.writer",
            member=account.member,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _grant(self, name: str, grant: Grant, account: gcp.serviceaccount.Account) -> None:
        for purpose, role in (("objects", OBJECTS[grant.access]), ("look", LOOK)):
            gcp.storage.BucketIAMMember(
                f"{name}-{purpose}",
                bucket=grant.bucket,
                role=role,
                member=account.member,
                opts=pulumi.ResourceOptions(parent=self),
            )
