"""A cluster's container registry on Azure."""

from __future__ import annotations

import base64

import pulumi
from pulumi_azure_native import containerregistry

from components.clouds.azure.names import REGISTRY, group, world_name
from components.clouds.azure.roles import grant, role_id
from components.kubernetes_contract import RegistryArgs, RegistryOutputs

CLEANED_AT = "0 4 * * *"
CLEANING_SECONDS = 3600


class Registry(pulumi.ComponentResource):
    """Where the cluster's nodes pull from and its image builds push to.

    The basic kind. A retention policy is the premium kind's alone, at ten times the price; a nightly task does the same
    here, and is charged by the second that it runs.
    """

    contract_outputs: RegistryOutputs

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:Registry", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        registry = containerregistry.Registry(
            name,
            resource_group_name=group(args.site),
            registry_name=world_name(name, args.site, REGISTRY),
            location=args.site.region,
            tags=args.site.labels,
            sku={"name": "Basic"},
            # One password for everybody, that nobody can be told apart by.
            admin_user_enabled=False,
            # Images that running hubs refer to would be gone for good.
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect, depends_on=args.node_principal.apply(lambda _: [])
            ),
        )
        containerregistry.Task(
            f"{name}-clean",
            resource_group_name=group(args.site),
            registry_name=registry.name,
            task_name="clean",
            location=args.site.region,
            tags=args.site.labels,
            status="Enabled",
            platform={"os": "Linux", "architecture": "amd64"},
            agent_configuration={"cpu": 2},
            timeout=CLEANING_SECONDS,
            step=containerregistry.EncodedTaskStepArgs(
                type="EncodedTask", encoded_task_content=encoded(cleaning(args.keep_days))
            ),
            trigger={"timer_triggers": [{"name": "nightly", "schedule": CLEANED_AT, "status": "Enabled"}]},
            opts=child,
        )
        grant(
            f"{name}-pull",
            role=role_id(args.site, "AcrPull"),
            scope=registry.id,
            principal=args.node_principal,
            opts=child,
        )
        host = registry.login_server
        self.contract_outputs = RegistryOutputs(host=host, prefix=host)
        self.register_outputs({"host": host})


def cleaning(keep_days: int) -> str:
    """The task in Azure's words: what no tag names any more is deleted after so many days, and nothing else.

    Source: acr-cli, cmd/acr/purge.go. `--untagged-only`, which heeds `--ago`, is there since v0.18 (2026); which
    version Azure runs is unknown. Azure calls the command a preview.
    """
    return (
        "version: v1.1.0\n"
        "steps:\n"
        f"  - cmd: acr purge --untagged-only --filter '.*:.*' --ago {keep_days}d\n"
        "    disableWorkingDirectoryOverride: true\n"
        f"    timeout: {CLEANING_SECONDS}\n"
    )


def encoded(text: str) -> str:
    """As Azure takes a task."""
    return base64.b64encode(text.encode()).decode()
