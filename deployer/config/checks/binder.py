"""Binder: something to build in, somewhere to put it, and nobody let in unawares."""

from __future__ import annotations

from collections.abc import Iterator

from components.clouds import cloud
from deployer.config.checks.finding import Finding
from schemas.binder import Binder
from schemas.community import Deployment

HERE = ("hub", "binder")


def check_binder(deployment: Deployment) -> Iterator[Finding]:
    """What the feature needs; profiles that need the feature are a matter of images."""
    if deployment.hub.binder:
        yield from _settings(deployment, deployment.hub.binder)


def _settings(deployment: Deployment, binder: Binder) -> Iterator[Finding]:
    cluster = deployment.cluster
    existing = cluster.existing
    if existing and not (existing.registry or binder.registry):
        yield Finding(
            HERE, "built images need a registry, and the cluster names none", "add registry: registry.example.org/hubs"
        )
    if binder.registry and not cloud(cluster.provider).charts(deployment):
        yield Finding(
            (*HERE, "registry"), "environments on this machine go into no registry", "remove registry", "warning"
        )
    if binder.max_builds_per_user > binder.max_builds:
        yield Finding(
            (*HERE, "max_builds_per_user"),
            f"one person may run {binder.max_builds_per_user} builds, and the hub {binder.max_builds}",
            "raise max_builds or lower max_builds_per_user",
        )
    for name, size in (("cpu", binder.build.cpu), ("memory_gib", binder.build.memory_gib)):
        if size.limit is not None and size.limit < size.guarantee:
            yield Finding(
                (*HERE, "build", name, "limit"),
                f"a build is promised {size.guarantee:g} and may take {size.limit:g}",
                "raise limit or lower guarantee",
            )
    if not binder.login and not binder.allowed_repositories:
        yield Finding(
            (*HERE, "login"),
            "everyone who knows the address may run anything here, at your cost",
            "name allowed_repositories, or remove login: false",
            "warning",
        )
