"""A chart of the lock file, installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.charts import charts

TIMEOUT_SECONDS = 900
"""A first node has to come up and pull every image."""


def release(
    name: str,
    chart_name: str,
    namespace: kubernetes.core.v1.Namespace,
    values: Mapping[str, Any],
    opts: pulumi.ResourceOptions,
    *,
    release_name: str | None = None,
    atomic: bool = False,
    timeout_seconds: int = TIMEOUT_SECONDS,
) -> kubernetes.helm.v3.Release:
    """Installs the chart, under its own name unless told otherwise, and waits until its pods are ready.

    One that fails is left as it is for people to look at; the next deploy goes on from there. An `atomic` one goes back
    to what it was instead, and one that was never there goes away.
    """
    chart = charts()[chart_name]
    place = chart.found()
    return kubernetes.helm.v3.Release(
        f"{name}-{chart_name}",
        name=release_name or chart_name,
        namespace=namespace.metadata.name,
        chart=place.reference,
        version=chart.version,
        repository_opts={"repo": place.repository} if place.repository else None,
        values=dict(values),
        atomic=atomic,
        timeout=timeout_seconds,
        max_history=3,
        opts=opts,
    )


def from_mirror(mirror: str | None, project: Path) -> pulumi.ResourceOptions:
    """Options under which all releases take their charts from `cluster.chart_mirror`; None changes nothing.

    Paths start in the project.
    """

    def moved(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not isinstance(args.resource, kubernetes.helm.v3.Release):
            return None
        chart = next(chart for name, chart in charts().items() if args.name.endswith(f"-{name}"))
        place = chart.found(mirror, project)
        props = {**args.props, "chart": place.reference, "repository_opts": None}
        return pulumi.ResourceTransformationResult(props, args.opts)

    return pulumi.ResourceOptions(transformations=[moved] if mirror else [])
