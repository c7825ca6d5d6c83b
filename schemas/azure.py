"""What only Azure needs to know."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.model import Model, text

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SubscriptionId = Annotated[
    str,
    text(
        rf"^{UUID}$",
        "a subscription's id: 32 digits and letters a to f, with dashes after the 8th, 12th, 16th and 20th",
        max_length=36,
    ),
]
Location = Annotated[str, text(r"^[a-z]+[0-9]?$", "a region's name in one word, e.g. eastus", max_length=40)]
ResourceGroup = Annotated[
    str,
    text(r"^[-\w.()]*[-\w()]$", "letters, digits and any of -_.(), with no dot at the end", max_length=70),
]
"""Azure allows 90 characters, and 80 the group of a cluster's nodes, which is named after this one."""
DiskEncryptionSet = Annotated[
    str,
    text(
        rf"^/subscriptions/{UUID}/resourceGroups/[^/]+/providers/Microsoft\.Compute/diskEncryptionSets/[^/]+$",
        "a set's full id: /subscriptions/…/resourceGroups/…/providers/Microsoft.Compute/diskEncryptionSets/…",
        max_length=400,
    ),
]
EXAMPLE_SET = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/keys/providers/"
    "Microsoft.Compute/diskEncryptionSets/hubs"
)


class Azure(Model):
    """A subscription and a zone of Azure."""

    subscription_id: SubscriptionId = Field(
        description="Id of the subscription (`az account show --query id`).",
        examples=["00000000-0000-0000-0000-000000000000"],
    )
    location: Location = Field(
        description="Region, as Azure's own programs write it. Cannot be changed later.", examples=["eastus"]
    )
    zone: Literal["1", "2", "3"] = Field(
        description="Zone of the region, in quotation marks, where nodes and disks are. Cannot be changed later.",
        examples=["1"],
    )
    resource_group: ResourceGroup | None = Field(
        default=None,
        description="Name of the group that is made for the cluster and all that belongs to it; by default `hubs-` and "
        "the cluster's name.",
        examples=["rg-hubs"],
    )
    disk_encryption_set: DiskEncryptionSet | None = Field(
        default=None,
        description="A key of your own for the disks of nodes and homes, as a disk encryption set in the same region; "
        "by default Azure's key.",
        examples=[EXAMPLE_SET],
    )

    def group(self, cluster: str) -> str:
        """Name of the resource group of a cluster of that name."""
        return self.resource_group or f"hubs-{cluster}"
