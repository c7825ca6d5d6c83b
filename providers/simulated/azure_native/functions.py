"""Functions of the Azure provider that programs of clusters call."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from providers.engine.values import Fault, Values
from providers.simulated import relations
from providers.simulated.account import Account
from providers.simulated.kinds import Reference
from providers.simulated.templates import Source, certificate, filled
from providers.simulated.world import Record


def client_config(account: Account, _: Values) -> Values:
    facts = account.facts
    return {
        "clientId": facts["clientId"],
        "objectId": facts["clientId"],
        "subscriptionId": facts["account"],
        "tenantId": facts["tenantId"],
    }


def client_token(_: Account, __: Values) -> Values:
    return {"token": "simulated"}


def cluster_credentials(account: Account, arguments: Values) -> Values:
    """A kubeconfig as AKS gives it to people: with kubelogin, and no credential in it."""
    record = _found(account, arguments, "azure-native:containerservice:ManagedCluster", "resourceName")
    name = record.properties["resourceName"]
    server = account.facts.get("apiServer") or f"https://{record.properties['fqdn']}:443"
    authority = account.facts.get("apiServerAuthority") or certificate()
    exec_plugin = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "kubelogin",
        "args": [
            "get-token",
            "--environment",
            "AzurePublicCloud",
            "--server-id",
            "6dae42f8-4368-4678-94ff-3960e28e3630",
        ],
    }
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": server, "certificate-authority-data": authority}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": "user"}}],
        "users": [{"name": "user", "user": {"exec": exec_plugin}}],
    }
    value = base64.b64encode(json.dumps(kubeconfig).encode()).decode()
    return {"kubeconfigs": [{"name": "clusterUser", "value": value}]}


def registry_credentials(account: Account, arguments: Values) -> Values:
    record = _found(account, arguments, "azure-native:containerregistry:Registry", "registryName")
    if not record.properties.get("adminUserEnabled"):
        raise Fault(
            'Status=400 Code="UnAuthorizedForCredentialOperations" Message="Cannot perform credential operations '
            f'for {record.identity} as admin user is disabled. Kindly enable admin user as per docs."'
        )
    password = filled("{hex:32}", Source({}, {}, record.seed))
    return {"username": record.properties["registryName"], "passwords": [{"name": "password", "value": password}]}


def storage_keys(account: Account, arguments: Values) -> Values:
    record = _found(account, arguments, "azure-native:storage:StorageAccount", "accountName")
    value = base64.b64encode(str(filled("{hex:64}", Source({}, {}, record.seed))).encode()).decode()
    return {"keys": [{"keyName": "key1", "permissions": "FULL", "value": value}]}


def existing(token: str, name: str) -> Callable[[Account, Values], Values]:
    """A function that looks a resource up."""

    def look_up(account: Account, arguments: Values) -> Values:
        record = _found(account, arguments, token, name)
        return {"id": record.identity, **record.properties}

    return look_up


FUNCTIONS = {
    "azure-native:authorization:getClientConfig": client_config,
    "azure-native:authorization:getClientToken": client_token,
    "azure-native:containerservice:listManagedClusterUserCredentials": cluster_credentials,
    "azure-native:containerregistry:listRegistryCredentials": registry_credentials,
    "azure-native:storage:listStorageAccountKeys": storage_keys,
    "azure-native:containerservice:getManagedCluster": existing(
        "azure-native:containerservice:ManagedCluster", "resourceName"
    ),
    "azure-native:containerregistry:getRegistry": existing("azure-native:containerregistry:Registry", "registryName"),
    "azure-native:resources:getResourceGroup": existing("azure-native:resources:ResourceGroup", "resourceGroupName"),
    "azure-native:storage:getStorageAccount": existing("azure-native:storage:StorageAccount", "accountName"),
    "azure-native:managedidentity:getUserAssignedIdentity": existing(
        "azure-native:managedidentity:UserAssignedIdentity", "resourceName"
    ),
}


def _found(account: Account, arguments: Values, token: str, name: str) -> Record:
    reference = Reference(name, (token,), by=(name,))
    record = relations.referred(reference, arguments[name], str(account.facts["account"]), account.world)
    if record is None or record.properties.get("resourceGroupName") != arguments["resourceGroupName"]:
        raise Fault(
            f'Status=404 Code="ResourceNotFound" Message="The Resource \'{arguments[name]}\' under resource group '
            f"'{arguments['resourceGroupName']}' was not found.\""
        )
    return record
