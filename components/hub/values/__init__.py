"""A resolved community as values of Helm charts: pure functions, a module per subject, merged here and nowhere else.

Each subject has `values(deployment, told)`, which returns values by chart. Nothing secret stands in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues, over, together
from components.hub.values.told import Told, foretold

if TYPE_CHECKING:
    from schemas.community import Deployment
    from schemas.hub import Chart

Subject = Callable[["Deployment", Told], ChartValues]

__all__ = ["ChartValues", "Told", "charts_of", "foretold", "hub_values"]


def _subjects() -> Iterable[Subject]:
    """All of them, in no order: no two may set the same value."""
    from components.hub.values import (
        announcements,
        auth,
        binder,
        culling,
        dask,
        database,
        homepage,
        images,
        in_pod,
        network,
        profiles,
        roles,
        scheduling,
        secrets,
        storage,
        support,
    )

    return (
        auth.values,
        roles.values,
        homepage.values,
        profiles.values,
        images.values,
        storage.values,
        culling.values,
        scheduling.values,
        network.values,
        secrets.values,
        database.values,
        support.values,
        in_pod.values,
        dask.values,
        binder.values,
        announcements.values,
    )


def charts_of(deployment: Deployment) -> list[Chart]:
    """Names of the charts that the hub is made of, in the order in which they are installed."""
    hub = deployment.hub
    made: list[Chart] = ["jupyterhub"]
    if hub.dask:
        made.append("dask-gateway")
    if hub.binder:
        made.append("binderhub-service")
    return made


def own_values(deployment: Deployment, told: Told) -> ChartValues:
    """Values made from fields alone, before `hub.helm_values` has its say."""
    return together(*(subject(deployment, told) for subject in _subjects()))


def hub_values(deployment: Deployment, told: Told) -> ChartValues:
    """All values of all charts of a hub, by chart; `hub.helm_values` goes over the rest."""
    own = own_values(deployment, told)
    said = deployment.hub.helm_values
    return {chart: over(own.get(chart, {}), said.get(chart, {})) for chart in charts_of(deployment)}
