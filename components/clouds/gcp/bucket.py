"""A bucket on Google Cloud."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.kubernetes_contract import BucketArgs, BucketOutputs

GIVEN_UP_DAYS = 7


class Bucket(pulumi.ComponentResource):
    """Named by Pulumi, since names of buckets are shared with all the world. Nobody gets in but by a grant."""

    contract_outputs: BucketOutputs

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:Bucket", name, None, opts)
        scratch = args.expire_days is not None
        key = args.site.kms_key_id
        bucket = gcp.storage.Bucket(
            name,
            location=args.site.region,
            uniform_bucket_level_access=True,
            public_access_prevention="inherited" if args.public_read else "enforced",
            requester_pays=args.requester_pays,
            # Scratch is worth nothing by its nature; anything else only goes when a person typed its hub's name.
            force_destroy=scratch or not args.keep_data,
            encryption={"default_kms_key_name": key} if key else None,
            soft_delete_policy={"retention_duration_seconds": 0 if scratch else args.undelete_days * 86400},
            lifecycle_rules=_rules(args),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect and not scratch, retain_on_delete=args.keep_data and not scratch
            ),
        )
        if args.public_read:
            gcp.storage.BucketIAMMember(
                f"{name}-public",
                bucket=bucket.name,
                role="roles/storage.objectViewer",
                member="allUsers",
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.contract_outputs = BucketOutputs(name=bucket.name, url=bucket.url)
        self.register_outputs({"url": bucket.url})


def _rules(args: BucketArgs) -> list[gcp.storage.BucketLifecycleRuleArgsDict]:
    # Parts of uploads that were given up are billed, and nobody sees them.
    rules: list[gcp.storage.BucketLifecycleRuleArgsDict] = [
        {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": GIVEN_UP_DAYS}}
    ]
    if args.expire_days is not None:
        rules.append({"action": {"type": "Delete"}, "condition": {"age": args.expire_days}})
    return rules
