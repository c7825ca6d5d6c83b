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
        r"reached its limit of (?P<quota>[^,]+?) in (?P<region>[a-z]+-[a-z-]+-\d)",
        f"ask AWS for more than {{quota}} in {{region}} (Service Quotas: {QUOTAS})",
    ),
    Remedy(
        r"exceeded your quota (?P<quota>[^.]+)\.",
        f"ask AWS for more: {{quota}} (Service Quotas: {QUOTAS})",
    ),
    Remedy(
        r"Throttling|Rate exceeded|TooManyRequests|RequestLimitExceeded", "wait a minute: AWS takes no more requests"
    ),
    Remedy(
        r"is not authorized to perform: (?P<permission>[\w-]+:\w+)",
        "let an administrator of the account give you {permission} (IAM policy, or your permission set)",
    ),
    Remedy(
        r"InsufficientInstanceCapacity|InsufficientFreeAddresses",
        "wait, or choose another machine: AWS has none of these there just now",
    ),
    Remedy(
        r"ExpiredToken|InvalidClientTokenId|no EC2 IMDS role found|failed to refresh cached credentials",
        "sign in: aws sso login",
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
