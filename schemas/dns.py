"""Names of hubs in the DNS."""

from __future__ import annotations

from pydantic import Field

from schemas.model import Domain, Model


class DnsZone(Model):
    """A zone in the cluster's own cloud, which is there already: hubs get their records in it."""

    domain: Domain = Field(
        description="Its domain. Hubs under it are found by themselves; of others you make the record.",
        examples=["hubs.example.org"],
    )
    zone: str = Field(
        min_length=1,
        max_length=300,
        description="What the cloud calls it: the managed zone's name on Google Cloud, the hosted zone's id on AWS, "
        "the zone's full resource id on Azure.",
        examples=["hubs-example-org"],
    )

    def holds(self, domain: str) -> bool:
        """Whether a record of that name belongs into it."""
        return domain == self.domain or domain.endswith(f".{self.domain}")
