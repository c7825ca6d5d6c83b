"""Which charts a cluster's support is made of: known before anything is made, so that they can be looked at first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.kubernetes_contract import Parts
    from schemas.cluster import Cluster


def needed_charts(cluster: Cluster, parts: Parts) -> Iterator[str]:
    """Names in `charts.yaml`, of a cluster whose cloud has these parts."""
    yield from ("envoy-gateway", "cert-manager")
    if cluster.home_storage.kind == "disk-nfs":
        yield "jupyterhub-home-nfs"
    if cluster.support.monitoring.enabled:
        yield from ("prometheus", "grafana")
    if parts.autoscaler is not None:
        yield "cluster-autoscaler"
    if parts.needs.device_plugin and any(pool.gpu for pool in cluster.node_pools.values()):
        yield "nvidia-device-plugin"
