"""Buckets that are not the hub's own, as far as its servers must be somebody to use them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from components.contract import Refusal
from schemas.community import Deployment


@dataclass(frozen=True, kw_only=True)
class GrantedBucket:
    """One whose owner lets this hub's servers in."""

    name: str
    """In the community's file."""
    bucket: str
    """In its cloud."""
    access: Literal["read", "admin"]


def granted_buckets(deployment: Deployment) -> Iterator[GrantedBucket]:
    """Those that not all the world may read; refused ahead where the hub's cloud cannot give such rights."""
    for external in deployment.hub.external_buckets:
        if external.access != "public":
            bucket = urlsplit(external.url).netloc
            yield GrantedBucket(name=external.name, bucket=bucket, access=external.access)


def external_refusals(deployment: Deployment, *, scheme: str | None, title: str) -> Iterator[Refusal]:
    """`scheme` is how addresses begin of buckets that servers there can be let into; None where there are none."""
    for position, external in enumerate(deployment.hub.external_buckets):
        if external.access == "public" or urlsplit(external.url).scheme == scheme:
            continue
        can = f"only into buckets at {scheme}://" if scheme else "into no bucket of somebody else's"
        yield Refusal(
            path=("hub", "external_buckets", position, "access"),
            fault=f"servers on {title} can be let {can}, and this is {external.url}",
            remedy="have its owner open it to all the world and write access: public, or copy it into a bucket of "
            "the hub's own (docs/buckets.md)",
        )
