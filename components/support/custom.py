"""Objects of kinds that a chart brings with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource


def custom(
    name: str,
    api_version: str,
    kind: str,
    metadata: Mapping[str, Any],
    spec: Mapping[str, Any],
    parent: pulumi.Resource,
    *after: pulumi.Resource,
) -> CustomResource:
    """One such object, made once all of `after` stand: the chart, or what this one refers to."""
    return CustomResource(
        name,
        api_version=api_version,
        kind=kind,
        metadata=dict(metadata),
        spec=dict(spec),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )
