"""What an AWS account needs before its first deploy: a bucket for the state, and a key for the secrets in it."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.account_contract import FoundationArgs, FoundationOutputs, StateResources
from components.clouds.aws.encryption import WAITING_DAYS
from components.clouds.aws.policies import document, encrypted_on_its_way
from components.clouds.aws.state_place import KEY_ALIAS, bucket_name, state_place

OLD_STATES_DAYS = 90


class Foundation(pulumi.ComponentResource):
    """Shared by all clusters of the account. Services need no enabling on AWS."""

    contract_outputs: FoundationOutputs

    def __init__(self, name: str, args: FoundationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:aws:Foundation", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._protected = pulumi.ResourceOptions(parent=self, protect=args.protect)
        state = StateResources(bucket=self._bucket(args).arn, key=self._key().arn) if args.keeps_state else None
        place = state_place(args.site) if args.keeps_state else None
        # A key that is taken away can be given another of the same name: nothing outlives an undo.
        self.contract_outputs = FoundationOutputs(place=place, state=state, ready=[], kept={})
        self.register_outputs({})

    def _bucket(self, args: FoundationArgs) -> aws.s3.Bucket:
        name = bucket_name(args.site)
        bucket = aws.s3.Bucket("state", bucket=name, force_destroy=not args.protect, opts=self._protected)
        # A state that was overwritten or lost can be had back.
        versioning = aws.s3.BucketVersioning(
            "state", bucket=bucket.id, versioning_configuration={"status": "Enabled"}, opts=self._child
        )
        aws.s3.BucketLifecycleConfiguration(
            "state",
            bucket=bucket.id,
            rules=[
                {
                    "id": "old-states",
                    "status": "Enabled",
                    "filter": {},
                    "noncurrent_version_expiration": {"noncurrent_days": OLD_STATES_DAYS},
                }
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        aws.s3.BucketOwnershipControls(
            "state", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"}, opts=self._child
        )
        aws.s3.BucketPublicAccessBlock(
            "state",
            bucket=bucket.id,
            block_public_acls=True,
            ignore_public_acls=True,
            block_public_policy=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        aws.s3.BucketPolicy(
            "state", bucket=bucket.id, policy=document(encrypted_on_its_way(f"arn:aws:s3:::{name}")), opts=self._child
        )
        return bucket

    def _key(self) -> aws.kms.Key:
        key = aws.kms.Key(
            "state",
            description="Secrets in the state of the hubs",
            enable_key_rotation=True,
            deletion_window_in_days=WAITING_DAYS,
            opts=self._protected,
        )
        aws.kms.Alias("state", name=KEY_ALIAS, target_key_id=key.id, opts=self._child)
        return key
