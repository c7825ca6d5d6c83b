"""What only Amazon Web Services needs to know."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.model import Model, text

AccountId = Annotated[str, text(r"^[0-9]{12}$", "an account's number: 12 digits, in quotation marks", max_length=12)]
Zone = Annotated[str, text(r"^[a-z]+(-[a-z]+)+-[0-9][a-z]$", "an availability zone, e.g. us-east-1a", max_length=30)]
KmsKey = Annotated[
    str,
    text(
        r"^arn:aws[-a-z]*:kms:[-a-z0-9]+:[0-9]{12}:key/[-a-zA-Z0-9]+$",
        "a key's ARN: arn:aws:kms:REGION:ACCOUNT:key/ID",
        max_length=200,
    ),
]


class AmazonWebServices(Model):
    """An account and a zone of Amazon Web Services."""

    account_id: AccountId = Field(description="The account's number.", examples=["123456789012"])
    zone: Zone = Field(
        description="Where nodes and disks are; its region carries the rest. Cannot be changed later.",
        examples=["us-east-1a"],
    )
    kms_key: KmsKey | None = Field(
        default=None,
        description="A key of your own for the cluster's secrets, disks, homes and buckets; by default one is made for "
        "the secrets, and Amazon's serve for the rest.",
        examples=["arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"],
    )

    @property
    def region(self) -> str:
        """The zone's."""
        return self.zone[:-1]
