"""Helm values that get in the way of fields, that nobody reads, or that would lay a secret open."""

from __future__ import annotations

from collections.abc import Iterator

from components.clouds import cloud
from deployer.config.checks.finding import Finding
from deployer.config.document import Path
from deployer.config.secrecy import secret_paths
from schemas.community import Deployment

HELM_VALUES: Path = ("hub", "helm_values")


def check_helm_values(deployment: Deployment) -> Iterator[Finding]:
    """Warnings alone: whoever writes helm values may mean it."""
    if deployment.hub.helm_values:
        yield from _unread(deployment)
        yield from _laid_open(deployment)


def _unread(deployment: Deployment) -> Iterator[Finding]:
    there = cloud(deployment.cluster.provider)
    charts = there.charts(deployment)
    for chart in deployment.hub.helm_values:
        if not charts:
            fault, remedy = f"on {there.title} there are no charts, and this does nothing", ""
        elif chart not in charts:
            fault = f"the hub has no chart {chart}, and this does nothing"
            remedy = f"switch on what it is for, or remove it (charts of this hub: {', '.join(charts)})"
        else:
            continue
        yield Finding((*HELM_VALUES, chart), fault, remedy, "warning")


def _laid_open(deployment: Deployment) -> Iterator[Finding]:
    for path in secret_paths(deployment.hub.helm_values):
        yield Finding(
            (*HELM_VALUES, *path),
            "it sounds like a secret, and would be there to read in the file, in the state and in the cluster",
            "put it into a Secret of the cluster and give the chart that Secret's name",
            "warning",
        )


def overriding(deployment: Deployment) -> Iterator[Finding]:
    """Helm values that go over what fields make. It takes half a second to find out: not for every load."""
    if not deployment.hub.helm_values:
        return
    from deployer.config.differences import leaves
    from deployer.config.values_made import CANNOT, Makers, escaped_to
    from deployer.config.variants import with_value

    makers = Makers(with_value(deployment, HELM_VALUES, {}))
    try:
        own = list(leaves(makers.values))
    except CANNOT:
        return  # said by the checks of what it is made from
    found: dict[Path, Path] = {}
    for leaf, value in own:
        said = escaped_to(deployment.hub.helm_values, leaf)
        if said and said not in found and value not in ({}, []):
            field = next(iter(makers.makers(leaf)), None)
            if field:
                found[said] = field
    for said, field in found.items():
        yield Finding(
            said,
            "it silently goes over what {other} makes",
            "say it there, or leave it if this is what you want",
            "warning",
            other=field,
        )
