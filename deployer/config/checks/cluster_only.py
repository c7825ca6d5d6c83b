"""What only a cluster makes anything of, asked for on this machine: said, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from components.clouds import cloud
from deployer.config.checks.finding import Finding
from schemas.community import Deployment
from schemas.hub import Hub

FIELDS = ("external_buckets", "data_sets", "classes", "scheduling", "network", "database_size_gib")


def check_cluster_only(deployment: Deployment) -> Iterator[Finding]:
    """Warnings, and no errors: the same hub may be tried here before it goes to a cluster."""
    if cloud(deployment.cluster.provider).charts(deployment):
        return
    usual = Hub()
    for field in FIELDS:
        if getattr(deployment.hub, field) != getattr(usual, field):
            yield Finding(
                ("hub", field),
                "it has no effect on this machine",
                "leave it for when the hub goes to a cluster, or remove it",
                "warning",
            )
