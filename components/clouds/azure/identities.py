"""Under which ids Azure's resources are kept: all of them are named here, and their ids are the paths of their names.

Paths: pulumi/pulumi-azure-native, "Import" on the pages of its resources; provider.go there takes the id as Azure tells
it, and Azure may write some of its words in other letters (resourcegroups). It reads ids whatever their case.
"""

from components.identities import Identities

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_CLUSTER = f"{_GROUP}/providers/Microsoft.ContainerService/managedClusters/{{resourceName}}"
_STORAGE = f"{_GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}"
_REGISTRY = f"{_GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}"
_VAULT = f"{_GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}"
_BACKUP = f"{_GROUP}/providers/Microsoft.DataProtection/backupVaults/{{vaultName}}"
_PERSON = f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}"

IDENTITIES = Identities(
    {
        "azure-native:authorization:RoleAssignment": (
            "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}"
        ),
        "azure-native:authorization:RoleDefinition": (
            "{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}"
        ),
        "azure-native:compute:Disk": f"{_GROUP}/providers/Microsoft.Compute/disks/{{diskName}}",
        "azure-native:consumption:Budget": "{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
        "azure-native:containerregistry:Registry": _REGISTRY,
        "azure-native:containerregistry:Task": f"{_REGISTRY}/tasks/{{taskName}}",
        "azure-native:containerservice:AgentPool": f"{_CLUSTER}/agentPools/{{agentPoolName}}",
        "azure-native:containerservice:MaintenanceConfiguration": (
            f"{_CLUSTER}/maintenanceConfigurations/{{configName}}"
        ),
        "azure-native:containerservice:ManagedCluster": _CLUSTER,
        "azure-native:dataprotection:BackupInstance": f"{_BACKUP}/backupInstances/{{backupInstanceName}}",
        "azure-native:dataprotection:BackupPolicy": f"{_BACKUP}/backupPolicies/{{backupPolicyName}}",
        "azure-native:dataprotection:BackupVault": _BACKUP,
        "azure-native:dns:RecordSet": f"{_NETWORK}/dnsZones/{{zoneName}}/{{recordType}}/{{relativeRecordSetName}}",
        "azure-native:keyvault:Key": f"{_VAULT}/keys/{{keyName}}",
        "azure-native:keyvault:Vault": _VAULT,
        "azure-native:managedidentity:FederatedIdentityCredential": (
            f"{_PERSON}/federatedIdentityCredentials/{{federatedIdentityCredentialResourceName}}"
        ),
        "azure-native:managedidentity:UserAssignedIdentity": _PERSON,
        "azure-native:monitor:DiagnosticSetting": (
            "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}"
        ),
        "azure-native:network:NatGateway": f"{_NETWORK}/natGateways/{{natGatewayName}}",
        "azure-native:network:PublicIPAddress": f"{_NETWORK}/publicIPAddresses/{{publicIpAddressName}}",
        "azure-native:network:Subnet": f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
        "azure-native:network:VirtualNetwork": f"{_NETWORK}/virtualNetworks/{{virtualNetworkName}}",
        "azure-native:operationalinsights:Workspace": (
            f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspaceName}}"
        ),
        "azure-native:resources:ResourceGroup": _GROUP,
        "azure-native:storage:BlobContainer": f"{_STORAGE}/blobServices/default/containers/{{containerName}}",
        "azure-native:storage:BlobServiceProperties": f"{_STORAGE}/blobServices/{{blobServicesName}}",
        "azure-native:storage:FileShare": f"{_STORAGE}/fileServices/default/shares/{{shareName}}",
        "azure-native:storage:ManagementPolicy": f"{_STORAGE}/managementPolicies/{{managementPolicyName}}",
        "azure-native:storage:StorageAccount": _STORAGE,
    }
)
