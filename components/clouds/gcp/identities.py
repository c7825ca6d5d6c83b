"""Under which ids Google Cloud's resources are kept that are named here.

"The provider" is hashicorp/terraform-provider-google-beta, which Pulumi's is made from; ids are what its resources set
when they are made. The pages of pulumi_gcp 10.2 say the same under "Import", but where a note is.
"""

from components.identities import Identities

_PROJECT = "projects/{project}"
_REGION = f"{_PROJECT}/regions/{{region}}"
_PLACE = f"{_PROJECT}/locations/{{location}}"
_POOLS = f"{_PROJECT}/locations/global/workloadIdentityPools"

IDENTITIES = Identities(
    {
        "gcp:artifactregistry/repository:Repository": f"{_PLACE}/repositories/{{repositoryId}}",
        "gcp:compute/address:Address": f"{_REGION}/addresses/{{name}}",
        "gcp:compute/disk:Disk": f"{_PROJECT}/zones/{{zone}}/disks/{{name}}",
        # Its pages begin the same with projects/ and have more in it; the provider reads by the fields.
        "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment": "{project}/{zone}/{disk}/{last:name}",
        "gcp:compute/network:Network": f"{_PROJECT}/global/networks/{{name}}",
        "gcp:compute/resourcePolicy:ResourcePolicy": f"{_REGION}/resourcePolicies/{{name}}",
        "gcp:compute/router:Router": f"{_REGION}/routers/{{name}}",
        "gcp:compute/routerNat:RouterNat": "{project}/{region}/{router}/{name}",
        "gcp:compute/subnetwork:Subnetwork": f"{_REGION}/subnetworks/{{name}}",
        "gcp:container/cluster:Cluster": f"{_PLACE}/clusters/{{name}}",
        # The provider, resource_container_node_pool.go; clusters are given by their ids here, which begin the same.
        "gcp:container/nodePool:NodePool": "{cluster}/nodePools/{name}",
        "gcp:dns/recordSet:RecordSet": f"{_PROJECT}/managedZones/{{managedZone}}/rrsets/{{name}}/{{type}}",
        "gcp:filestore/instance:Instance": f"{_PLACE}/instances/{{name}}",
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": f"{_POOLS}/{{workloadIdentityPoolId}}",
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (
            f"{_POOLS}/{{workloadIdentityPoolId}}/providers/{{workloadIdentityPoolProviderId}}"
        ),
        "gcp:kms/cryptoKey:CryptoKey": "{keyRing}/cryptoKeys/{name}",
        "gcp:kms/keyRing:KeyRing": f"{_PLACE}/keyRings/{{name}}",
        "gcp:logging/projectBucketConfig:ProjectBucketConfig": f"{_PLACE}/buckets/{{bucketId}}",
        "gcp:projects/service:Service": "{project}/{service}",
        "gcp:serviceaccount/account:Account": (
            f"{_PROJECT}/serviceAccounts/{{accountId}}@{{project}}.iam.gserviceaccount.com"
        ),
        "gcp:storage/bucket:Bucket": "{name}",
        # The provider, tpgiamresource/resource_iam_member.go: whose, as what, who; with a condition, that too. It reads
        # by those fields, never by the id.
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": (
            f"{_PLACE}/repositories/{{last:repository}}/{{role}}/{{member}}"
        ),
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": "{cryptoKeyId}/{role}/{member}",
        "gcp:projects/iAMMember:IAMMember": "{project}/{role}/{member}",
        "gcp:serviceaccount/iAMMember:IAMMember": "{serviceAccountId}/{role}/{member}",
        "gcp:storage/bucketIAMMember:BucketIAMMember": "b/{bucket}/{role}/{member}",
    }
)
"""Budgets and notification channels are not among them: Google draws their ids."""
