"""What every model of a community file has in common."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Model(BaseModel):
    """A part of a community file: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", min_length=1, max_length=40)]
"""A name that may stand in addresses, folders and labels: lower-case letters, digits and inner dashes."""

CommunityName = Annotated[str, StringConstraints(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", min_length=2, max_length=24)]
"""24 characters: the tightest limit of the clouds on a cluster's name (parity sheet, ClusterArgs)."""

NodePoolName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$", min_length=1, max_length=11)]
"""11 lower-case letters and digits: AKS allows 12, one is kept for the pool's generation."""

Domain = Annotated[
    str,
    StringConstraints(pattern=r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]{2,}$", max_length=253),
]

WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000)]

UserName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\s/]+$")]
"""As the sign-in service names a person: a GitHub login, an e-mail address."""

GroupName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\s/]+$")]

Cpu = Annotated[float, Field(gt=0, le=1024)]
MemoryGib = Annotated[float, Field(gt=0, le=32768)]
