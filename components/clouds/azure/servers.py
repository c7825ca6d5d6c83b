"""What a change to Azure's resources does to people's running servers.

Azure, "How Azure Kubernetes Service cluster upgrades work": each node of a pool is drained, then made anew.
"""

from components.server_fates import CLUSTER_GOES, NODES_GO, Carrier, ServerFates

SERVERS = ServerFates(
    carriers=(
        Carrier(
            type="azure-native:containerservice:ManagedCluster",
            gone=CLUSTER_GOES,
            harmless=("apiServerAccessProfile.authorizedIPRanges", "autoScalerProfile", "tags"),
        ),
        Carrier(
            type="azure-native:containerservice:AgentPool",
            gone=NODES_GO,
            renewing=("orchestratorVersion",),
            renewed="its nodes are made anew one after another, and servers on them end",
            harmless=("count", "enableAutoScaling", "maxCount", "minCount", "tags", "upgradeSettings"),
        ),
        Carrier(type="azure-native:resources:ResourceGroup", gone=CLUSTER_GOES, harmless=("tags",)),
        Carrier(type="azure-native:compute:Disk", harmless=("tags",)),
    ),
    beside=(
        "azure-native:authorization:",
        "azure-native:consumption:",
        "azure-native:containerregistry:",
        "azure-native:containerservice:MaintenanceConfiguration",
        "azure-native:dataprotection:",
        "azure-native:dns:",
        "azure-native:managedidentity:",
        "azure-native:monitor:",
        "azure-native:operationalinsights:",
        "azure-native:storage:",
    ),
)
"""Networks are not among them: what becomes of servers when theirs changes is not known."""
