"""Under which ids Amazon's resources are kept that are named here.

"The provider" is hashicorp/terraform-provider-aws, which Pulumi's is made from. The pages of pulumi_aws 7.51 give ids
under "Import", and its resources set the same when they are made, but where a note is.
"""

from components.identities import Identities

_ACCOUNT = "{only:allowedAccountIds}"
"""Whose it is: `parts` lets its provider into that account alone."""

IDENTITIES = Identities(
    {
        "aws:autoscaling/tag:Tag": "{autoscalingGroupName},{tag.key}",
        "aws:backup/vault:Vault": "{name}",
        "aws:budgets/budget:Budget": f"{_ACCOUNT}:{{name}}",
        "aws:cloudwatch/logGroup:LogGroup": "{name}",
        # The provider, ec2/id.go, routeCreateID; pages import by other words.
        "aws:ec2/route:Route": "r-{routeTableId}{checksum:destinationCidrBlock}",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": "{repository}",
        "aws:ecr/repository:Repository": "{name}",
        "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": "{prefix}",
        "aws:eks/accessEntry:AccessEntry": "{clusterName}:{principalArn}",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "{clusterName}#{principalArn}#{policyArn}",
        "aws:eks/addon:Addon": "{clusterName}:{addonName}",
        "aws:eks/cluster:Cluster": "{name}",
        "aws:eks/nodeGroup:NodeGroup": "{clusterName}:{nodeGroupName}",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (
            f"arn:aws:iam::{_ACCOUNT}:oidc-provider/{{after_scheme:url}}"
        ),
        "aws:iam/role:Role": "{name}",
        "aws:iam/rolePolicy:RolePolicy": "{role}:{name}",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "{role}/{policyArn}",
        "aws:kms/alias:Alias": "{name}",
        # The provider, route53/record.go, puts names in lower case.
        "aws:route53/record:Record": "{zoneId}_{lower:name}_{type}",
        "aws:s3/bucket:Bucket": "{bucket}",
        # Of one's own bucket; where another account's is expected, that follows.
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "{bucket}",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "{bucket}",
        "aws:s3/bucketPolicy:BucketPolicy": "{bucket}",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "{bucket}",
        "aws:s3/bucketRequestPaymentConfiguration:BucketRequestPaymentConfiguration": "{bucket}",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "{bucket}",
        "aws:s3/bucketVersioning:BucketVersioning": "{bucket}",
    }
)
"""Amazon draws the ids of all else: of what is in a network, of launch templates, volumes, file systems, keys, backup
plans and their selections, lifecycle policies of snapshots, and of who a service account is."""
