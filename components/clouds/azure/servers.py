"""What a change to Azure's resources does to people's running servers.

Each group names its page of MicrosoftDocs/azure-aks-docs, articles/aks; "AKS" is "Azure Kubernetes Service (AKS)" in
their titles. What none of them decides is not listed, and so not known.
"""

from components.server_fates import CLUSTER_GOES, NODES_GO, Carrier, ServerFates

RENEWED = "its nodes are made anew one after another, and servers on them end"

SERVERS = ServerFates(
    carriers=(
        Carrier(
            type="azure-native:containerservice:ManagedCluster",
            # "Delete an AKS cluster".
            gone=CLUSTER_GOES,
            # "HTTP proxy support in AKS": all nodes of all pools.
            renewing=("httpProxyConfig",),
            renewed=RENEWED,
            harmless=(
                # "Cluster autoscaling in AKS overview": a node with a pod that no controller would make anew, as a
                # server is, stays whatever is set.
                "autoScalerProfile",
                # "Use Azure tags in AKS".
                "tags",
            ),
        ),
        Carrier(
            type="azure-native:containerservice:AgentPool",
            # "Delete an AKS node pool".
            gone=NODES_GO,
            # "Enable Federal Information Processing Standard (FIPS) for AKS node pools", "How AKS cluster upgrades
            # work" and "Resize node pools in AKS".
            renewing=("enableFIPS", "orchestratorVersion", "vmSize"),
            renewed=RENEWED,
            harmless=(
                # "Cluster autoscaling in AKS overview": the most is of growing alone, and the least only adds nodes.
                # "Use the cluster autoscaler in AKS": none goes when it is turned off. Its `count` drains nodes.
                "enableAutoScaling",
                "maxCount",
                "minCount",
                # "Use Azure tags in AKS".
                "tags",
                # "Configure rolling upgrades for AKS node pools": how later upgrades go about.
                "upgradeSettings",
            ),
        ),
        # Azure's REST reference, "Resource Groups - Delete": all that is in it goes.
        Carrier(type="azure-native:resources:ResourceGroup", gone=CLUSTER_GOES, harmless=("tags",)),
        # "Use Azure tags in AKS", tags of volumes that pods have mounted.
        Carrier(type="azure-native:compute:Disk", harmless=("tags",)),
        Carrier(type="azure-native:storage:StorageAccount", harmless=("tags",)),
    ),
    beside=(
        "azure-native:consumption:",
        "azure-native:containerregistry:",
        # "Use planned maintenance to schedule and control upgrades": when Azure's own changes may begin.
        "azure-native:containerservice:MaintenanceConfiguration",
        "azure-native:dataprotection:",
        "azure-native:dns:",
        "azure-native:managedidentity:FederatedIdentityCredential",
        "azure-native:monitor:",
        "azure-native:operationalinsights:",
        # Not shares: homes are on one.
        "azure-native:storage:Blob",
        "azure-native:storage:ManagementPolicy",
    ),
)
"""Networks, identities and their roles (clusters and nodes act as them) and the ranges that reach the API (nodes come
from one) are not among them: what becomes of servers when those change is not known."""
