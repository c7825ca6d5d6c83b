"""What an Azure subscription needs before its first deploy: a container for the state, a key for the secrets in it."""

from __future__ import annotations

from dataclasses import replace

import pulumi
from pulumi_azure_native import authorization, keyvault, resources, storage

from components.account_contract import KEY as KEPT_KEY
from components.account_contract import FoundationArgs, FoundationOutputs, StateResources
from components.clouds.azure.names import group_id
from components.clouds.azure.roles import grant, role_id
from components.clouds.azure.state_place import CONTAINER, GROUP, KEY, account_name, state_place, vault_name

OLD_STATES_DAYS = 90
KEPT_DAYS = 90
"""Azure's most for a vault that was deleted: until then it can be had back, and nobody else gets its name."""


class Foundation(pulumi.ComponentResource):
    """Shared by all clusters of the subscription. Owning a subscription opens none of its containers and keys: whoever
    makes this is given that too.

    Does not register resource providers: azure-native cannot, and Azure names those that are missing.
    """

    contract_outputs: FoundationOutputs

    def __init__(self, name: str, args: FoundationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:Foundation", name, None, opts)
        self._args = args
        self._group_id = group_id(replace(args.site, group=GROUP))
        # Also where the state is elsewhere: the workflows' identity is in it.
        made = resources.ResourceGroup(
            "state",
            resource_group_name=GROUP,
            location=args.site.region,
            opts=self._kept(self._group_id) if args.keeps_state else pulumi.ResourceOptions(parent=self),
        )
        state = self._state(made) if args.keeps_state else None
        kept = {"resource group": made.id, KEPT_KEY: state.key} if state else {}
        place = state_place(args.site) if args.keeps_state else None
        self.contract_outputs = FoundationOutputs(place=place, state=state, ready=[made], kept=kept)
        self.register_outputs({})

    def _state(self, made: resources.ResourceGroup) -> StateResources:
        client = authorization.get_client_config_output(opts=pulumi.InvokeOutputOptions(parent=self))
        account, key = self._account(made), self._key(made, client.tenant_id)
        for what, role, scope in (
            ("state", "Storage Blob Data Contributor", account.id),
            ("key", "Key Vault Crypto Officer", made.id),
        ):
            grant(
                f"operator-{what}",
                role=role_id(self._args.site, role),
                scope=scope,
                principal=client.object_id,
                principal_type=None,
                # Whoever runs this again does not take it from the one who ran it first.
                opts=pulumi.ResourceOptions(parent=self, ignore_changes=["principalId"]),
            )
        return StateResources(bucket=account.id, key=key.id)

    def _account(self, made: resources.ResourceGroup) -> storage.StorageAccount:
        protected = pulumi.ResourceOptions(parent=self, protect=self._args.protect)
        account = storage.StorageAccount(
            "state",
            resource_group_name=made.name,
            account_name=account_name(self._args.site),
            location=self._args.site.region,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
            enable_https_traffic_only=True,
            minimum_tls_version="TLS1_2",
            allow_shared_key_access=False,
            is_local_user_enabled=False,
            allow_blob_public_access=False,
            allow_cross_tenant_replication=False,
            opts=protected,
        )
        storage.BlobServiceProperties(
            "state",
            resource_group_name=made.name,
            account_name=account.name,
            blob_services_name="default",
            # A state that was overwritten or lost can be had back.
            is_versioning_enabled=True,
            delete_retention_policy={"enabled": True, "days": OLD_STATES_DAYS},
            container_delete_retention_policy={"enabled": True, "days": OLD_STATES_DAYS},
            opts=pulumi.ResourceOptions(parent=self),
        )
        storage.BlobContainer(
            "state",
            resource_group_name=made.name,
            account_name=account.name,
            container_name=CONTAINER,
            public_access=storage.PublicAccess.NONE,
            opts=protected,
        )
        return account

    def _key(self, made: resources.ResourceGroup, tenant: pulumi.Output[str]) -> keyvault.Key:
        # Azure gives a vault's name to nobody for months, and without the key no secret of any state can be read again:
        # both outlive this, and so must their group.
        name = vault_name(self._args.site)
        vault_id = f"{self._group_id}/providers/Microsoft.KeyVault/vaults/{name}"
        vault = keyvault.Vault(
            "state",
            resource_group_name=made.name,
            vault_name=name,
            location=self._args.site.region,
            properties={
                "sku": {"family": keyvault.SkuFamily.A, "name": keyvault.SkuName.STANDARD},
                "tenant_id": tenant,
                "enable_rbac_authorization": True,
                "enable_soft_delete": True,
                "soft_delete_retention_in_days": KEPT_DAYS,
                "enable_purge_protection": True,
            },
            opts=self._kept(vault_id),
        )
        return keyvault.Key(
            "state",
            resource_group_name=made.name,
            vault_name=vault.name,
            key_name=KEY,
            properties={"kty": "RSA", "key_size": 3072, "key_ops": ["encrypt", "decrypt", "wrapKey", "unwrapKey"]},
            opts=self._kept(f"{vault_id}/keys/{KEY}"),
        )

    def _kept(self, identity: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            protect=self._args.protect,
            retain_on_delete=True,
            import_=identity if self._args.adopt_key else None,
        )
