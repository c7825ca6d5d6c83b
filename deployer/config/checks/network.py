"""The network as servers see it: nothing given to them that they could not reach."""

from __future__ import annotations

from collections.abc import Iterator

from components.clouds import cloud
from deployer.config.checks.finding import Finding
from schemas.community import Deployment

OUTSIDE = ("scratch", "buckets", "external_buckets")
"""Buckets have public addresses on every cloud."""


def check_network(deployment: Deployment) -> Iterator[Finding]:
    """Buckets of servers that may go nowhere."""
    hub = deployment.hub
    on_this_machine = not cloud(deployment.cluster.provider).charts(deployment)
    if hub.network.egress != "none" or on_this_machine:
        return
    for field in OUTSIDE:
        if getattr(hub, field):
            yield Finding(
                ("hub", field),
                "network.egress: none keeps servers from all buckets",
                "write egress: web, or remove the buckets",
                "warning",
            )
