"""Where a cluster is, and whose bill it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where in a cloud, and on whose bill."""

    account: str
    """Project, account or subscription."""
    region: str
    zone: str
    payer: str | None = None
    """Who gets the bill, where that is somebody else than the account."""
    kms_key_id: str | None = None
    """A key of the operators' own, where data is to be encrypted with it."""
    group: str | None = None
    """What holds all that a cluster is made of, where the cloud wants it held together."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """For the bill, where the cloud's provider does not put them on everything by itself."""
