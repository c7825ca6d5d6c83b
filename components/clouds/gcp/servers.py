"""What a change to Google Cloud's resources does to people's running servers.

Google, "Vertically scale by changing the node machine attributes": another machine, disk or version makes all
nodes of a pool anew, one after another.
"""

from components.server_fates import CLUSTER_GOES, NODES_GO, Carrier, ServerFates

SERVERS = ServerFates(
    carriers=(
        Carrier(
            type="gcp:container/cluster:Cluster",
            gone=CLUSTER_GOES,
            harmless=(
                "costManagementConfig",
                "deletionProtection",
                "loggingConfig",
                "maintenancePolicy",
                "masterAuthorizedNetworksConfig",
                "monitoringConfig",
                "resourceLabels",
            ),
        ),
        Carrier(
            type="gcp:container/nodePool:NodePool",
            gone=NODES_GO,
            renewing=(
                "version",
                "nodeConfig.bootDisk",
                "nodeConfig.diskSizeGb",
                "nodeConfig.diskType",
                "nodeConfig.imageType",
                "nodeConfig.machineType",
            ),
            renewed="its nodes are made anew one after another, and servers on them end",
            harmless=("autoscaling", "management", "nodeDrainConfigs", "upgradeSettings"),
        ),
        Carrier(type="gcp:compute/disk:Disk", harmless=("size", "labels")),
        Carrier(type="gcp:filestore/instance:Instance", harmless=("fileShares", "labels")),
    ),
    beside=(
        "gcp:artifactregistry/",
        "gcp:billing/",
        "gcp:compute/diskResourcePolicyAttachment:",
        "gcp:compute/resourcePolicy:",
        "gcp:dns/",
        "gcp:logging/",
        "gcp:monitoring/",
        "gcp:projects/",
        "gcp:serviceaccount/",
        "gcp:storage/",
    ),
)
"""Networks are not among them: what becomes of servers when theirs changes is not known."""
