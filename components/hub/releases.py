"""The charts that a hub is made of, installed one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.charts import charts
from components.hub import layout
from components.hub.values import Told, charts_of, hub_values
from components.hub.values.merging import over
from components.support.release import release
from schemas.community import Deployment
from schemas.hub import Chart

TIMEOUT_SECONDS = 1800
"""For each thing that Helm waits for. Before hub and proxy are touched, the chart pulls all images of servers onto all
nodes of people that are up, which takes 5 to 10 minutes for a large one (zero-to-jupyterhub-k8s 48ea50e,
docs/source/administrator/optimization.md); a hub has several, and the first node may have to come up before."""
ANNOTATION = "hubs/secrets"
_ANNOTATIONS: Mapping[str, tuple[str, ...]] = {
    "jupyterhub": ("hub", "annotations"),
    "dask-gateway": ("gateway", "annotations"),
    "binderhub-service": ("podAnnotations",),
}
"""Where each chart takes annotations of the pod that reads secrets."""


class Releases(pulumi.ComponentResource):
    """zero-to-jupyterhub, then its companions, which ask it who somebody is.

    An upgrade that fails goes back to the release before; a first one that fails goes away, and leaves the hub's disk.
    """

    hub: kubernetes.helm.v3.Release
    facts: Mapping[str, Mapping[str, str]]
    """By chart: its version in `charts`, its release in `releases`."""

    def __init__(
        self,
        name: str,
        deployment: Deployment,
        namespaces: Mapping[Chart, kubernetes.core.v1.Namespace],
        told: Told,
        secrets: pulumi.Output[str],
        *,
        after: Sequence[pulumi.Resource],
        mirror: pulumi.ResourceOptions,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`namespaces` are those of the charts; `secrets` changes when a secret does; `after` is what pods need."""
        super().__init__("hubs:kubernetes:Releases", name, None, pulumi.ResourceOptions.merge(opts, mirror))
        values = hub_values(deployment, told)
        made: list[kubernetes.helm.v3.Release] = []
        for chart in charts_of(deployment):
            made.append(
                release(
                    name,
                    chart,
                    namespaces[chart],
                    over(values[chart], restarted_by(chart, secrets)),
                    pulumi.ResourceOptions(parent=self, depends_on=[*after, *made]),
                    release_name=layout.release(deployment, chart),
                    atomic=True,
                    timeout_seconds=TIMEOUT_SECONDS,
                )
            )
        self.hub = made[0]
        names = charts_of(deployment)
        self.facts = {
            "charts": {chart: charts()[chart].version for chart in names},
            "releases": {chart: layout.release(deployment, chart) for chart in names},
        }
        self.register_outputs(self.facts)


def restarted_by(chart: str, secrets: Any) -> dict[str, Any]:
    """Values that have the chart's pod start anew when its secrets are others: it reads them once."""
    return _nested(_ANNOTATIONS[chart], {ANNOTATION: secrets})


def _nested(path: Sequence[str], value: dict[str, Any]) -> dict[str, Any]:
    for key in reversed(path):
        value = {key: value}
    return value
