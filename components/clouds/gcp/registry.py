"""A cluster's container registry on Google Cloud: one Artifact Registry repository."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.kubernetes_contract import RegistryArgs, RegistryOutputs


class Registry(pulumi.ComponentResource):
    """Where the cluster's nodes pull from and its image builds push to.

    Does not build images and does not enable the API.
    """

    contract_outputs: RegistryOutputs

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:Registry", name, None, opts)
        repository = gcp.artifactregistry.Repository(
            name,
            location=args.site.region,
            repository_id=name,
            description=f"Images of hubs on {name}",
            format="DOCKER",
            kms_key_name=args.site.kms_key_id,
            cleanup_policies=[_untagged_older_than(args.keep_days)],
            # Images that running hubs refer to would be gone for good.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        gcp.artifactregistry.RepositoryIamMember(
            f"{name}-pull",
            project=args.site.account,
            location=repository.location,
            repository=repository.name,
            role="roles/artifactregistry.reader",
            member=args.node_principal,
            opts=pulumi.ResourceOptions(parent=self),
        )
        host = pulumi.Output.from_input(f"{args.site.region}-docker.pkg.dev")
        prefix = pulumi.Output.concat(host, "/", args.site.account, "/", repository.repository_id)
        self.contract_outputs = RegistryOutputs(host=host, prefix=prefix)
        self.register_outputs({"host": host, "prefix": prefix})


def _untagged_older_than(days: int) -> gcp.artifactregistry.RepositoryCleanupPolicyArgsDict:
    return {
        "id": "delete-untagged",
        "action": "DELETE",
        "condition": {"tag_state": "UNTAGGED", "older_than": f"{days * 86400}s"},
    }
