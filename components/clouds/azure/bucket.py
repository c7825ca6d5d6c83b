"""A bucket on Azure: a container in a storage account of its own."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_azure_native import storage

from components.clouds.azure.names import CONTAINER, STORAGE_ACCOUNT, fitted, group, world_name
from components.clouds.azure.refusals import NO_REQUESTER_PAYS
from components.contract import Refusal, RefusedError
from components.kubernetes_contract import BucketArgs, BucketOutputs


class Bucket(pulumi.ComponentResource):
    """Nobody gets in but by a grant: the account's keys are switched off.

    An account each, since what is public and what can be had back is said of accounts. `name` of its outputs is
    `<account>/<container>`, which names it in the whole world.
    """

    contract_outputs: BucketOutputs

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:Bucket", name, None, opts)
        if args.requester_pays:
            raise RefusedError(
                Refusal(path=("hub", "buckets"), fault=NO_REQUESTER_PAYS, remedy="remove requester_pays")
            )
        passing = args.expire_days is not None
        self._data = pulumi.ResourceOptions(
            parent=self, protect=args.protect and not passing, retain_on_delete=args.keep_data and not passing
        )
        account = self._account(name, args)
        inside: dict[str, Any] = {"resource_group_name": group(args.site), "account_name": account.name}
        storage.BlobServiceProperties(
            name,
            blob_services_name="default",
            # Scratch that was deleted would be billed as long as it could be had back.
            delete_retention_policy=_recovery(0 if passing else args.undelete_days),
            container_delete_retention_policy=_recovery(0 if passing else args.undelete_days),
            **inside,
            opts=self._data,
        )
        container = storage.BlobContainer(
            name,
            container_name=fitted(name, CONTAINER),
            # With the list of what there is, as readers of open data expect.
            public_access=storage.PublicAccess.CONTAINER if args.public_read else storage.PublicAccess.NONE,
            **inside,
            opts=self._data,
        )
        if args.expire_days is not None:
            storage.ManagementPolicy(
                name,
                management_policy_name="default",
                policy={"rules": [_expiry(args.expire_days)]},
                **inside,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.contract_outputs = BucketOutputs(
            name=pulumi.Output.concat(account.name, "/", container.name),
            url=pulumi.Output.concat("abfs://", container.name, "@", account.name, ".dfs.core.windows.net"),
        )
        self.register_outputs({"url": self.contract_outputs.url})

    def _account(self, name: str, args: BucketArgs) -> storage.StorageAccount:
        return storage.StorageAccount(
            name,
            resource_group_name=group(args.site),
            account_name=world_name(name, args.site, STORAGE_ACCOUNT),
            location=args.site.region,
            tags=args.site.labels,
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
            # Folders that are folders: renaming one does not copy all that is in it.
            is_hns_enabled=True,
            enable_https_traffic_only=True,
            minimum_tls_version="TLS1_2",
            # Keys to everything, that never expire.
            allow_shared_key_access=False,
            is_local_user_enabled=False,
            allow_blob_public_access=args.public_read,
            allow_cross_tenant_replication=False,
            default_to_o_auth_authentication=True,
            opts=self._data,
        )


def _recovery(days: int) -> storage.DeleteRetentionPolicyArgsDict:
    return {"enabled": True, "days": days} if days else {"enabled": False}


def _expiry(days: int) -> storage.ManagementPolicyRuleArgsDict:
    return {
        "name": "expire",
        "type": "Lifecycle",
        "enabled": True,
        "definition": {
            "filters": {"blob_types": ["blockBlob", "appendBlob"]},
            "actions": {"base_blob": {"delete": {"days_after_modification_greater_than": days}}},
        },
    }
