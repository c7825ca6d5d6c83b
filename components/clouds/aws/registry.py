"""A cluster's container registry on AWS: a corner of the account's own, where repositories come with their images."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_aws as aws

from components.kubernetes_contract import RegistryArgs, RegistryOutputs


class Registry(pulumi.ComponentResource):
    """Where the cluster's nodes pull from and its image builds push to.

    ECR has a repository for each image. One, `hub`, is made here; any other under the cluster's name is made by the
    first push, with the same rules.
    """

    contract_outputs: RegistryOutputs

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Registry", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        rules = untagged_older_than(args.keep_days)
        repository = aws.ecr.Repository(
            name,
            name=f"{name}/hub",
            image_scanning_configuration={"scan_on_push": True},
            force_delete=False,
            # Images that running hubs refer to would be gone for good.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.ecr.LifecyclePolicy(name, repository=repository.name, policy=rules, opts=child)
        aws.ecr.RepositoryCreationTemplate(
            name,
            prefix=name,
            description=f"Images of hubs on {name}",
            applied_fors=["CREATE_ON_PUSH"],
            lifecycle_policy=rules,
            opts=child,
        )
        host = pulumi.Output.from_input(f"{args.site.account}.dkr.ecr.{args.site.region}.amazonaws.com")
        self.contract_outputs = RegistryOutputs(host=host, prefix=pulumi.Output.concat(host, "/", name))
        self.register_outputs({"host": host})


def untagged_older_than(days: int) -> str:
    """ECR's rule that deletes what no tag names any more."""
    selection: dict[str, Any] = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": days,
    }
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return json.dumps({"rules": [rule]})
