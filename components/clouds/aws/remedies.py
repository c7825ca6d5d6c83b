"""What helps against what AWS says. Words as in the errors of its Go SDK: error codes of each service's API."""

from __future__ import annotations

from components.remedies import Remedy

QUOTAS = "https://console.aws.amazon.com/servicequotas/home"

REMEDIES = (
    Remedy(
        r"VcpuLimitExceeded[\s\S]*?vCPU limit of (?P<limit>\S+)",
        f"ask AWS for more than {{limit}} vCPUs of that kind of instance (Service Quotas, Amazon EC2: {QUOTAS}); or "
        "lower max_nodes or the machine's size",
    ),
    Remedy(
        r"MaxSpotInstanceCountExceeded",
        f"ask AWS for more vCPUs on spot of that kind of instance (Service Quotas, Amazon EC2: {QUOTAS}); or lower "
        "max_nodes, or set spot: false",
    ),
    Remedy(
        r"VpcLimitExceeded|maximum number of VPCs",
        f"ask AWS for more VPCs per region (Service Quotas, Amazon VPC: {QUOTAS}); or delete ones that nobody uses",
    ),
    Remedy(
        r"AddressLimitExceeded|maximum number of addresses",
        f"ask AWS for more Elastic IPs (Service Quotas, Amazon EC2: {QUOTAS}); or release ones that nobody uses",
    ),
    Remedy(
        r"TooManyBuckets",
        f"ask AWS for more buckets (Service Quotas, Amazon S3: {QUOTAS}); or delete ones that nobody uses",
    ),
    Remedy(
        r"Cannot exceed quota for (?P<quota>\w+): (?P<limit>\d+)",
        f"ask AWS for more than {{limit}} {{quota}} (Service Quotas, IAM: {QUOTAS}); or delete what nobody uses",
    ),
    Remedy(
        r"Throttling|Rate exceeded|TooManyRequests|RequestLimitExceeded", "wait a minute: AWS takes no more requests"
    ),
    Remedy(
        # Codes of most services, and the only part of such an error that all of them have in common.
        r"(?:Limit|Quota)Exceeded|reached your quota",
        f"ask AWS for more of what it names (Service Quotas: {QUOTAS}); or delete what nobody uses",
    ),
    Remedy(
        r"is not authorized to perform: (?P<permission>[\w-]+:\w+)",
        "let an administrator of the account give you {permission} (IAM policy, or your permission set)",
    ),
    Remedy(
        r"InsufficientInstanceCapacity|UnfulfillableCapacity|InsufficientFreeAddresses",
        "wait, or choose another machine: AWS has none of these there just now",
    ),
    Remedy(
        r"ExpiredToken|InvalidClientTokenId|no EC2 IMDS role found|failed to refresh cached credentials",
        "sign in: aws sso login",
    ),
    Remedy(
        r"creating IAM OIDC Provider[\s\S]*?EntityAlreadyExists",
        "somebody made the account's trust in GitHub before: give hubs an account of their own; or, when nobody signs "
        "in by it, aws iam delete-open-id-connect-provider",
    ),
    Remedy(
        r"already exists|EntityAlreadyExists|BucketAlready",
        "something of that name is there and not in the state: delete it, or have pulumi import it",
    ),
    Remedy(
        r"NoSuchEntity|NotFound|does not exist|could not be assumed|were not found in the trust",
        "wait a minute: AWS may not see yet what was just made",
    ),
)
