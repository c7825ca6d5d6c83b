"""What a change to Amazon's resources does to people's running servers.

AWS, "Managed node update behavior": another version or launch template makes new nodes, and drains and
ends the old ones; sizes, labels and update settings are changed in place.
"""

from components.server_fates import CLUSTER_GOES, NODES_GO, Carrier, ServerFates

SERVERS = ServerFates(
    carriers=(
        Carrier(
            type="aws:eks/cluster:Cluster",
            gone=CLUSTER_GOES,
            harmless=("deletionProtection", "enabledClusterLogTypes", "tags", "vpcConfig.publicAccessCidrs"),
        ),
        Carrier(
            type="aws:eks/nodeGroup:NodeGroup",
            gone=NODES_GO,
            renewing=("launchTemplate", "releaseVersion", "version"),
            renewed="its nodes are made anew one after another, and servers on them end",
            harmless=("labels", "nodeRepairConfig", "scalingConfig", "tags", "updateConfig"),
        ),
        Carrier(type="aws:ebs/volume:Volume", harmless=("size", "tags")),
        Carrier(type="aws:efs/fileSystem:FileSystem", harmless=("lifecyclePolicies", "tags")),
    ),
    beside=(
        "aws:autoscaling/tag:",
        "aws:backup/",
        "aws:budgets/",
        "aws:cloudwatch/",
        "aws:dlm/",
        # Nodes are made from it; those that are there stay as they are.
        "aws:ec2/launchTemplate:",
        "aws:ecr/",
        "aws:eks/accessEntry:",
        "aws:eks/accessPolicyAssociation:",
        "aws:eks/podIdentityAssociation:",
        "aws:iam/",
        "aws:route53/",
        "aws:s3/",
    ),
)
"""Networks, keys and add-ons are not among them: what becomes of servers when those change is not known."""
