"""What keys Helm charts have at their top: for those who forget to name the chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from deployer.config.suggest import did_you_mean
from schemas.hub import Chart

TOP_KEYS: Mapping[str, tuple[str, ...]] = {
    # From values.schema of each chart at the version of components/charts.yaml; those that mean something in one alone.
    "jupyterhub": ("hub", "proxy", "singleuser", "scheduling", "httpRoute", "prePuller", "cull", "debug"),
    "dask-gateway": ("gateway", "controller", "traefik"),
    "binderhub-service": ("config", "dockerApi", "buildPodsDockerConfig", "buildPodsRegistryCredentials", "service"),
}


def misplaced(key: str) -> tuple[str, str]:
    """Fault and remedy of a key directly below `helm_values` that is no chart."""
    of = next((chart for chart, keys in TOP_KEYS.items() if key in keys), None)
    if of:
        return f"{key!r} is a key of the chart {of}, and values stand by chart", f"did you mean {of}.{key}?"
    return f"{key!r} is no chart of a hub", did_you_mean(key, get_args(Chart), kind="charts")
