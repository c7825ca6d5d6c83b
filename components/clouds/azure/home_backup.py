"""Nightly copies of the disk of home directories."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import compute, dataprotection

from components.clouds.azure.names import BACKUP_VAULT, fitted, group, group_id
from components.clouds.azure.roles import grant, role_id
from components.kubernetes_contract import HomeStorageArgs

DISKS = "Microsoft.Compute/disks"
# The date means nothing: Azure reads the hour and the interval.
NIGHTLY = "R/2026-01-05T04:00:00+00:00/P1D"
UNDELETE_DAYS = 14
"""Azure's own for a vault: copies that somebody deleted can be had back for so long, at no charge."""
_DATA_STORE = dataprotection.DataStoreInfoBaseArgs(data_store_type="OperationalStore", object_type="DataStoreInfoBase")
_TAG = "Default"


class HomeBackup(pulumi.ComponentResource):
    """A vault that may look at the one disk and write snapshots into the group, and when it does."""

    def __init__(
        self,
        name: str,
        args: HomeStorageArgs,
        disk: compute.Disk,
        data: pulumi.ResourceOptions,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`data` are the options of what must outlive the cluster."""
        super().__init__("hubs:azure:HomeBackup", name, None, opts)
        self._data = pulumi.ResourceOptions(
            parent=self, protect=data.protect, retain_on_delete=data.retain_on_delete, depends_on=data.depends_on
        )
        vault = self._vault(name, args)
        policy = dataprotection.BackupPolicy(
            name,
            resource_group_name=group(args.site),
            vault_name=vault.name,
            backup_policy_name="nightly",
            # Rules are of several types, and azure-native tells no plain dictionaries of several types apart.
            properties=dataprotection.BackupPolicyArgs(
                object_type="BackupPolicy",
                datasource_types=[DISKS],
                policy_rules=[_schedule(), _retention(args.snapshot_keep_days)],
            ),
            opts=self._data,
        )
        self._instance(name, args, disk, vault, policy)
        self.register_outputs({"vault": vault.id})

    def _vault(self, name: str, args: HomeStorageArgs) -> dataprotection.BackupVault:
        return dataprotection.BackupVault(
            name,
            resource_group_name=group(args.site),
            vault_name=fitted(name, BACKUP_VAULT),
            location=args.site.region,
            tags=args.site.labels,
            identity={"type": "SystemAssigned"},
            properties={
                "storage_settings": [{"datastore_type": "VaultStore", "type": "LocallyRedundant"}],
                "security_settings": {
                    "soft_delete_settings": {"state": "On", "retention_duration_in_days": UNDELETE_DAYS}
                },
                # A copy that was not made is said to whoever watches the subscription's alerts.
                "monitoring_settings": {"azure_monitor_alert_settings": {"alerts_for_all_job_failures": "Enabled"}},
            },
            opts=self._data,
        )

    def _instance(
        self,
        name: str,
        args: HomeStorageArgs,
        disk: compute.Disk,
        vault: dataprotection.BackupVault,
        policy: dataprotection.BackupPolicy,
    ) -> None:
        principal = vault.identity.apply(lambda identity: str(identity and identity.principal_id))
        rights: dict[str, pulumi.Input[str]] = {
            "Disk Backup Reader": disk.id,
            "Disk Snapshot Contributor": group_id(args.site),
        }
        grants = [
            grant(
                f"{name}-{role.lower().replace(' ', '-')}",
                role=role_id(args.site, role),
                scope=scope,
                principal=principal,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for role, scope in rights.items()
        ]
        dataprotection.BackupInstance(
            name,
            resource_group_name=group(args.site),
            vault_name=vault.name,
            backup_instance_name=name,
            tags=args.site.labels,
            properties={
                "object_type": "BackupInstance",
                "friendly_name": name,
                "data_source_info": {
                    "object_type": "Datasource",
                    "datasource_type": DISKS,
                    "resource_type": DISKS,
                    "resource_id": disk.id,
                    "resource_name": disk.name,
                    "resource_location": args.site.region,
                },
                "policy_info": {
                    "policy_id": policy.id,
                    "policy_parameters": {
                        "data_store_parameters_list": [
                            {
                                "object_type": "AzureOperationalStoreParameters",
                                "data_store_type": "OperationalStore",
                                "resource_group_id": group_id(args.site),
                            }
                        ]
                    },
                },
            },
            opts=pulumi.ResourceOptions.merge(self._data, pulumi.ResourceOptions(depends_on=grants)),
        )


def _schedule() -> dataprotection.AzureBackupRuleArgs:
    return dataprotection.AzureBackupRuleArgs(
        object_type="AzureBackupRule",
        name="BackupDaily",
        data_store=_DATA_STORE,
        backup_parameters=dataprotection.AzureBackupParamsArgs(
            object_type="AzureBackupParams", backup_type="Incremental"
        ),
        trigger=dataprotection.ScheduleBasedTriggerContextArgs(
            object_type="ScheduleBasedTriggerContext",
            schedule=dataprotection.BackupScheduleArgs(repeating_time_intervals=[NIGHTLY], time_zone="UTC"),
            tagging_criteria=[
                dataprotection.TaggingCriteriaArgs(
                    is_default=True, tag_info=dataprotection.RetentionTagArgs(tag_name=_TAG), tagging_priority=99
                )
            ],
        ),
    )


def _retention(days: int) -> dataprotection.AzureRetentionRuleArgs:
    return dataprotection.AzureRetentionRuleArgs(
        object_type="AzureRetentionRule",
        name=_TAG,
        is_default=True,
        lifecycles=[
            dataprotection.SourceLifeCycleArgs(
                delete_after=dataprotection.AbsoluteDeleteOptionArgs(
                    object_type="AbsoluteDeleteOption", duration=f"P{days}D"
                ),
                source_data_store=_DATA_STORE,
            )
        ],
    )
