"""What a change to Amazon's resources does to people's running servers.

Each group says whose word it is. "The guide" is the Amazon EKS User Guide (awsdocs/amazon-eks-user-guide); "the
provider" is hashicorp/terraform-provider-aws, which Pulumi's is made from. What none of them decides is not listed,
and so not known.
"""

from components.server_fates import ALL, CLUSTER_GOES, NODES_GO, Carrier, ServerFates

SERVERS = ServerFates(
    carriers=(
        Carrier(
            type="aws:eks/cluster:Cluster",
            # The guide, "Delete a cluster": its node groups go first.
            gone=CLUSTER_GOES,
            harmless=(
                # The guide, "Protect EKS clusters from accidental deletion".
                "deletionProtection",
                # The guide, "Send control plane logs to CloudWatch Logs".
                "enabledClusterLogTypes",
                # The guide, "Organize Amazon EKS resources with tags": they reach nothing else.
                "tags",
                # The guide, "Control network access to cluster API server endpoint": nodes of ours ask inside.
                "vpcConfig.publicAccessCidrs",
            ),
        ),
        Carrier(
            type="aws:eks/nodeGroup:NodeGroup",
            # The guide, "Delete a managed node group from your cluster".
            gone=NODES_GO,
            # The guide, "Update a managed node group for your cluster"; the provider, internal/service/eks/
            # node_group.go: these three are one call, and what is harmless below is another.
            renewing=("launchTemplate", "releaseVersion", "version"),
            # The guide, "Understand each phase of node updates".
            renewed="its nodes are made anew one after another, and servers on them end",
            # The guide, "Update a managed node group for your cluster"; Kubernetes, "Assigning Pods to Nodes", for
            # labels. Sizes are not among them: the provider sends all three with each, and by AWS,
            # "NodegroupScalingConfig", nodes end until there are as many as are desired. Repair replaces nodes.
            harmless=("labels", "tags", "updateConfig"),
        ),
        # AWS, "UpdateAutoScalingGroup": nodes that are there stay as they were made.
        Carrier(type="aws:ec2/launchTemplate:LaunchTemplate", harmless=ALL),
        # AWS, "ModifyVolume": beneath machines of current generations.
        Carrier(type="aws:ebs/volume:Volume", harmless=("size", "tags")),
        Carrier(type="aws:efs/fileSystem:FileSystem", harmless=("tags",)),
    ),
    beside=(
        "aws:autoscaling/tag:",
        "aws:backup/",
        "aws:budgets/",
        "aws:cloudwatch/",
        "aws:dlm/",
        "aws:ecr/",
        # The guide, "Grant IAM users access to Kubernetes with EKS access entries": nodes of groups need none of ours.
        "aws:eks/accessEntry:",
        "aws:eks/accessPolicyAssociation:",
        "aws:eks/podIdentityAssociation:",
        "aws:iam/openIdConnectProvider:",
        # Of pods and workflows: nodes have Amazon's own policies, which are attached.
        "aws:iam/rolePolicy:",
        "aws:route53/",
        "aws:s3/",
    ),
)
"""Networks, keys, add-ons and roles (nodes act as one) are not among them: what becomes of servers when those change is
not known."""
