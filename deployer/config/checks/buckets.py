"""Buckets: each name once, and nothing kept of what expires."""

from __future__ import annotations

from collections.abc import Iterator

from components.hub.layout import SCRATCH
from deployer.config.checks.finding import Finding, twice
from deployer.config.document import Path
from schemas.community import Deployment
from schemas.hub import Hub


def check_buckets(deployment: Deployment) -> Iterator[Finding]:
    """Further buckets, and those of others: each has a variable after its name."""
    here: Path = ("hub", "buckets")
    buckets = deployment.hub.buckets
    yield from _external(deployment.hub)
    yield from twice(here, "name", [bucket.name for bucket in buckets])
    for position, bucket in enumerate(buckets):
        path = (*here, position)
        if bucket.name == SCRATCH:
            yield Finding((*path, "name"), f"the name {SCRATCH!r} is kept for hub.scratch", "choose another name")
        if bucket.expire_days is not None and bucket.undelete_days:
            yield Finding(
                (*path, "undelete_days"),
                "what expires is not kept any longer: the cloud would bill each object twice",
                "remove undelete_days or expire_days",
            )


def _external(hub: Hub) -> Iterator[Finding]:
    here: Path = ("hub", "external_buckets")
    yield from twice(here, "name", [bucket.name for bucket in hub.external_buckets])
    own = {SCRATCH, *(bucket.name for bucket in hub.buckets)}
    for position, bucket in enumerate(hub.external_buckets):
        if bucket.name in own:
            yield Finding(
                (*here, position, "name"), f"the hub's own bucket {bucket.name!r} has this name", "choose another name"
            )
