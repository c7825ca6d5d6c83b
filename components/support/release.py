"""A chart of the lock file, installed."""

from __future__ import annotations

from collections.abc import Mapping
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
) -> kubernetes.helm.v3.Release:
    """Installs the chart under its own name and waits until its pods are ready.

    One that fails is left as it is for people to look at; the next deploy goes on from there.
    """
    chart = charts()[chart_name]
    return kubernetes.helm.v3.Release(
        f"{name}-{chart_name}",
        name=chart_name,
        namespace=namespace.metadata.name,
        chart=chart.reference,
        version=chart.version,
        repository_opts=None if chart.in_registry else {"repo": chart.repository},
        values=dict(values),
        timeout=TIMEOUT_SECONDS,
        max_history=3,
        opts=opts,
    )
