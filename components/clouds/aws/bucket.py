"""A bucket on AWS."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws

from components.clouds.aws.names import BUCKET, fitted
from components.clouds.aws.policies import Statement, encrypted_on_its_way, output_document
from components.kubernetes_contract import BucketArgs, BucketOutputs

GIVEN_UP_DAYS = 7
READ = ["s3:GetObject", "s3:ListBucket"]


class Bucket(pulumi.ComponentResource):
    """Named by Pulumi, since names of buckets are shared with all the world. Nobody gets in but by a grant."""

    contract_outputs: BucketOutputs

    def __init__(self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Bucket", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        scratch = args.expire_days is not None
        bucket = aws.s3.Bucket(
            fitted(name, BUCKET),
            # Scratch is worth nothing by its nature; anything else only goes when a person typed its hub's name.
            force_destroy=scratch or not args.keep_data,
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect and not scratch, retain_on_delete=args.keep_data and not scratch
            ),
        )
        self._closed(bucket)
        self._kept(bucket)
        if args.site.kms_key_id:
            aws.s3.BucketServerSideEncryptionConfiguration(
                name,
                bucket=bucket.id,
                rules=[
                    {
                        "apply_server_side_encryption_by_default": {
                            "sse_algorithm": "aws:kms",
                            "kms_master_key_id": args.site.kms_key_id,
                        },
                        # A call to the key for each object would be paid for.
                        "bucket_key_enabled": True,
                    }
                ],
                opts=self._child,
            )
        if args.requester_pays:
            aws.s3.BucketRequestPaymentConfiguration(name, bucket=bucket.id, payer="Requester", opts=self._child)
        self.contract_outputs = BucketOutputs(name=bucket.bucket, url=pulumi.Output.concat("s3://", bucket.bucket))
        self.register_outputs({"url": self.contract_outputs.url})

    def _closed(self, bucket: aws.s3.Bucket) -> None:
        """Rights are policies' alone; the bucket has one policy, since a second would replace the first."""
        aws.s3.BucketOwnershipControls(
            self._name, bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}, opts=self._child
        )
        private = not self._args.public_read
        block = aws.s3.BucketPublicAccessBlock(
            self._name,
            bucket=bucket.id,
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=private,
            restrict_public_buckets=private,
            opts=self._child,
        )
        statements = [bucket.arn.apply(encrypted_on_its_way)]
        if not private:
            statements.append(bucket.arn.apply(_everybody_reads))
        aws.s3.BucketPolicy(
            self._name,
            bucket=bucket.id,
            policy=output_document(*statements),
            # A public policy is refused until the block lets it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[block]),
        )

    def _kept(self, bucket: aws.s3.Bucket) -> None:
        """Versions, where what was deleted can be had back, and the rules by which things go."""
        args, rules = self._args, _rules(self._args)
        versions = []
        if args.expire_days is None and args.undelete_days:
            versioning = aws.s3.BucketVersioning(
                self._name, bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=self._child
            )
            versions.append(versioning)
        aws.s3.BucketLifecycleConfiguration(
            self._name,
            bucket=bucket.id,
            rules=rules,
            opts=pulumi.ResourceOptions(parent=self, depends_on=versions),
        )


def _rules(args: BucketArgs) -> list[Any]:
    # Parts of uploads that were given up are billed, and nobody sees them.
    rules: list[dict[str, Any]] = [
        {"id": "given-up", "abort_incomplete_multipart_upload": {"days_after_initiation": GIVEN_UP_DAYS}}
    ]
    if args.expire_days is not None:
        rules.append({"id": "expire", "expiration": {"days": args.expire_days}})
    elif args.undelete_days:
        rules.append({"id": "undelete", "noncurrent_version_expiration": {"noncurrent_days": args.undelete_days}})
    return [{**rule, "status": "Enabled", "filter": {}} for rule in rules]


def _everybody_reads(arn: str) -> Statement:
    return {"Sid": "EverybodyReads", "Effect": "Allow", "Principal": "*", "Action": READ, "Resource": [arn, f"{arn}/*"]}
