"""What a Google Cloud project needs before its first deploy: services, a bucket for the state, a key for secrets."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.account_contract import KEY as KEPT_KEY
from components.account_contract import FoundationArgs, FoundationOutputs, StateResources
from components.clouds.gcp.state_place import KEY, KEY_RING, bucket_name, state_place

SERVICES = (
    "artifactregistry.googleapis.com",
    "billingbudgets.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "dns.googleapis.com",
    "file.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "sts.googleapis.com",
    "storage.googleapis.com",
)
"""Behind each resource of this folder, and behind sign-in by federation."""
OLD_STATES_DAYS = 90
KEY_ROTATION_SECONDS = 90 * 86400


class Foundation(pulumi.ComponentResource):
    """Shared by all clusters of the project."""

    contract_outputs: FoundationOutputs

    def __init__(self, name: str, args: FoundationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:gcp:Foundation", name, None, opts)
        services = [
            gcp.projects.Service(
                service,
                project=args.site.account,
                service=service,
                # Others may use it too by the time that this is undone.
                disable_on_destroy=False,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for service in SERVICES
        ]
        state, kept = None, {}
        if args.keeps_state:
            state = StateResources(bucket=self._bucket(args, services).id, key=self._key(args, services).id)
            kept[KEPT_KEY] = state.key
        place = state_place(args.site) if args.keeps_state else None
        self.contract_outputs = FoundationOutputs(place=place, state=state, ready=services, kept=kept)
        self.register_outputs(kept)

    def _bucket(self, args: FoundationArgs, services: list[gcp.projects.Service]) -> gcp.storage.Bucket:
        return gcp.storage.Bucket(
            "state",
            name=bucket_name(args.site),
            location=args.site.region,
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            # A state that was overwritten or lost can be had back.
            versioning={"enabled": True},
            lifecycle_rules=[
                {
                    "action": {"type": "Delete"},
                    "condition": {"days_since_noncurrent_time": OLD_STATES_DAYS, "with_state": "ARCHIVED"},
                }
            ],
            force_destroy=not args.protect,
            opts=pulumi.ResourceOptions(parent=self, depends_on=services, protect=args.protect),
        )

    def _key(self, args: FoundationArgs, services: list[gcp.projects.Service]) -> gcp.kms.CryptoKey:
        ring_id = f"projects/{args.site.account}/locations/{args.site.region}/keyRings/{KEY_RING}"
        # Google deletes no key rings, and without the key no secret of any state can be read again: both outlive this.
        ring = gcp.kms.KeyRing(
            "keys",
            name=KEY_RING,
            location=args.site.region,
            opts=self._kept(args, services, ring_id),
        )
        return gcp.kms.CryptoKey(
            "state",
            name=KEY,
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=f"{KEY_ROTATION_SECONDS}s",
            opts=self._kept(args, services, f"{ring_id}/cryptoKeys/{KEY}"),
        )

    def _kept(
        self, args: FoundationArgs, services: list[gcp.projects.Service], identity: str
    ) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=services,
            protect=args.protect,
            retain_on_delete=True,
            import_=identity if args.adopt_key else None,
        )
