"""What only Google Cloud needs to know."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.model import Model, text

ProjectId = Annotated[
    str,
    text(
        r"^[a-z][-a-z0-9]{4,28}[a-z0-9]$",
        "a project's id: 6 to 30 lower-case letters, digits and dashes, starting with a letter",
        max_length=30,
    ),
]
Zone = Annotated[str, text(r"^[a-z]+-[a-z]+[0-9]+-[a-z]$", "a zone, e.g. us-central1-b", max_length=40)]
BillingAccount = Annotated[
    str,
    text(
        r"^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$",
        "a billing account's id: three times six digits or letters A to F",
        max_length=20,
    ),
]
KmsKey = Annotated[
    str,
    text(
        r"^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$",
        "a key's full name: projects/…/locations/…/keyRings/…/cryptoKeys/…",
        max_length=400,
    ),
]


class GoogleCloud(Model):
    """A project and a zone of Google Cloud."""

    project: ProjectId = Field(description="Id of the project, not its number.", examples=["example-hubs"])
    zone: Zone = Field(
        description="Where nodes and disks are; its region carries the rest. Cannot be changed later.",
        examples=["us-central1-b"],
    )
    billing_account: BillingAccount | None = Field(
        default=None, description="Who pays; needed for a budget.", examples=["012345-6789AB-CDEF01"]
    )
    kms_key: KmsKey | None = Field(
        default=None,
        description="A key of your own for the cluster's secrets and the disk of homes; by default Google's.",
        examples=["projects/example-keys/locations/us-central1/keyRings/hubs/cryptoKeys/hubs"],
    )

    @property
    def region(self) -> str:
        """The zone's."""
        return self.zone.rpartition("-")[0]
