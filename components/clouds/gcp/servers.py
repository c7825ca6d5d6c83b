"""What a change to Google Cloud's resources does to people's running servers.

Each group says whose word it is. "The API" is googleapis/googleapis, google/container/v1/cluster_service.proto; "the
provider" is hashicorp/terraform-provider-google-beta, which Pulumi's is made from. What neither they nor a page of
Google's decides is not listed, and so not known.
"""

from components.server_fates import CLUSTER_GOES, NODES_GO, Carrier, ServerFates

# The provider, website/docs/r/container_cluster.html.markdown: what of labels differs, differs in all three.
_LABELS = ("effectiveLabels", "labels", "pulumiLabels")

SERVERS = ServerFates(
    carriers=(
        # The API: Operation.Type, DELETE_CLUSTER. By UPDATE_CLUSTER there, some settings make nodes anew, and it does
        # not say which: logging, monitoring and costs are not listed for that.
        Carrier(
            type="gcp:container/cluster:Cluster",
            gone=CLUSTER_GOES,
            harmless=(
                # Google, "Create and manage cluster and node pool labels": for bills, and apart from Kubernetes' own.
                "effectiveLabels",
                "pulumiLabels",
                "resourceLabels",
                # The provider, container_cluster.html.markdown: the first is its own; nodes are let in in any case.
                "deletionProtection",
                "masterAuthorizedNetworksConfig",
                # Google, "Maintenance windows and exclusions": when Google's own changes may begin.
                "maintenancePolicy",
            ),
        ),
        Carrier(
            type="gcp:container/nodePool:NodePool",
            # The API: Operation.Type, DELETE_NODE_POOL.
            gone=NODES_GO,
            # The API: UpdateNodePoolRequest, and Operation.Type, UPGRADE_NODES, for version and image.
            renewing=(
                "version",
                "nodeConfig.bootDisk",
                "nodeConfig.containerdConfig",
                "nodeConfig.diskSizeGb",
                "nodeConfig.diskType",
                "nodeConfig.imageType",
                "nodeConfig.machineType",
            ),
            # Google, "Node upgrade strategies".
            renewed="its nodes are made anew one after another, and servers on them end",
            harmless=(
                # kubernetes/autoscaler, cluster-autoscaler/FAQ.md: above its most, a pool loses nodes only that nobody
                # needs, and never one with a pod that no controller would make anew, as a server is.
                "autoscaling",
                # The API: SET_NODE_POOL_MANAGEMENT and UpdateNodePoolRequest; how later changes go about.
                "management",
                "nodeDrainConfigs",
                "upgradeSettings",
                # Google, "Update Kubernetes node labels and taints for node pools". Taints are not among them:
                # Kubernetes, "Taints and Tolerations", evicts servers by some.
                "nodeConfig.labels",
            ),
        ),
        # Google, "gcloud compute disks resize": attached or not. The provider, resource_compute_disk.go, for labels.
        Carrier(type="gcp:compute/disk:Disk", harmless=("size", *_LABELS)),
        # Google, "Edit instances" of Filestore; whether mounts feel that it grows is not said.
        Carrier(type="gcp:filestore/instance:Instance", harmless=_LABELS),
    ),
    beside=(
        "gcp:artifactregistry/",
        "gcp:billing/",
        "gcp:compute/diskResourcePolicyAttachment:",
        "gcp:compute/resourcePolicy:",
        "gcp:dns/",
        "gcp:logging/",
        "gcp:monitoring/",
        # Google, "Add and manage node pools": what nodes may is for logs, metrics and images.
        "gcp:projects/iAMMember:",
        "gcp:serviceaccount/iAMMember:",
        "gcp:storage/",
    ),
)
"""Networks, service accounts (nodes act as one) and the project's services are not among them: what becomes of servers
when those change is not known."""
