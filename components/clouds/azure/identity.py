"""Who people's servers of one hub are on Azure: an identity that only sees the hub's own buckets."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import managedidentity

from components.clouds.azure.names import group, group_id
from components.clouds.azure.roles import grant, role_id
from components.kubernetes_contract import IdentityArgs, IdentityOutputs

ANNOTATION = "azure.workload.identity/client-id"
POD_LABEL = "azure.workload.identity/use"
AUDIENCE = "api://AzureADTokenExchange"
OBJECTS = {"admin": "Storage Blob Data Contributor", "read": "Storage Blob Data Reader"}


class Identity(pulumi.ComponentResource):
    """Lent to one Kubernetes service account of one namespace, without a key."""

    contract_outputs: IdentityOutputs

    def __init__(self, name: str, args: IdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:Identity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        identity = managedidentity.UserAssignedIdentity(
            name,
            resource_group_name=group(args.site),
            resource_name_=f"users-{name}",
            location=args.site.region,
            tags=args.site.labels,
            opts=child,
        )
        managedidentity.FederatedIdentityCredential(
            name,
            resource_group_name=group(args.site),
            resource_name_=identity.name,
            federated_identity_credential_resource_name="servers",
            issuer=args.oidc_issuer,
            subject=f"system:serviceaccount:{args.namespace}:{args.service_account}",
            audiences=[AUDIENCE],
            opts=child,
        )
        for bucket, given in args.grants.items():
            grant(
                f"{name}-{bucket}-objects",
                role=role_id(args.site, OBJECTS[given.access]),
                scope=given.bucket.apply(lambda full: container_id(group_id(args.site), full)),
                principal=identity.principal_id,
                opts=child,
            )
        if args.push_to is not None:
            grant(
                f"{name}-push",
                role=role_id(args.site, "AcrPush"),
                scope=pulumi.Output.from_input(args.push_to).apply(lambda host: registry_id(group_id(args.site), host)),
                principal=identity.principal_id,
                opts=child,
            )
        self.contract_outputs = IdentityOutputs(
            service_account_annotations={ANNOTATION: identity.client_id}, pod_labels={POD_LABEL: "true"}
        )
        self.register_outputs({"client_id": identity.client_id})


def registry_id(within: str, host: str) -> str:
    """The registry's id, from its group's and its host name, which begins with its own."""
    return f"{within}/providers/Microsoft.ContainerRegistry/registries/{host.partition('.')[0]}"


def container_id(within: str, bucket: str) -> str:
    """The container's id, from its group's and `<account>/<container>`."""
    account, _, container = bucket.partition("/")
    return f"{within}/providers/Microsoft.Storage/storageAccounts/{account}/blobServices/default/containers/{container}"
