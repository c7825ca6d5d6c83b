"""What each supporting pod asks for on the core pool: little, so that the pool stays small, and written once.

Charts leave most of it open, and a scheduler that knows of no need packs a node until it breaks. Figures of 2i2c are
those of 2i2c-org/infrastructure, helm-charts/support/values.yaml at 9ad7cd0fc3502161a038b0e99302556098018199, which
were set after looking at what the same programs use on its clusters. Where no source is named, the figure is this
project's guess, to be corrected by `Monitoring` on a cluster with people.
"""

from __future__ import annotations

from collections.abc import Mapping

from components.machines.capacity import MIB, Capacity


def _pod(millicores: int, memory_mib: int) -> Capacity:
    return Capacity(millicores=millicores, memory_bytes=memory_mib * MIB, pods=1)


def _beside(millicores: int, memory_mib: int) -> Capacity:
    """A further container of the pod above it."""
    return Capacity(millicores=millicores, memory_bytes=memory_mib * MIB)


REQUESTS: Mapping[str, Capacity] = {
    # The chart's own is 100m and 256 MiB, for clusters with thousands of routes.
    "gateway-controller": _pod(20, 128),
    # Envoy Gateway's own is 100m and 512 MiB. It may take more than it asks for.
    "gateway-proxy": _pod(50, 128),
    # Envoy Gateway's own (api/v1alpha1/shared_types.go at v1.9.0).
    "gateway-shutdown": _beside(10, 32),
    "certificates-controller": _pod(10, 64),
    "certificates-webhook": _pod(5, 32),
    "certificates-injector": _pod(5, 64),
    # 2i2c: 100m, and 4 GiB with three years of measurements. Ours keep three months.
    "prometheus": _pod(100, 512),
    "prometheus-reloader": _beside(5, 16),
    "object-metrics": _pod(10, 64),
    # 2i2c: 10m and 200 MiB.
    "grafana": _pod(10, 200),
    "grafana-dashboards": _beside(5, 64),
    "home-server": _pod(50, 256),
    "home-quotas": _beside(10, 64),
    "home-growth": _beside(5, 8),
    "home-metrics": _beside(5, 16),
    "autoscaler": _pod(20, 128),
}
LIMITS_MIB: Mapping[str, int] = {
    # What they may take at most: more would be at the cost of hubs. 2i2c: 1600 MiB for Grafana, after it was killed.
    "prometheus": 2048,
    "grafana": 1600,
}


def support_need() -> Capacity:
    """All of it together; a cloud or a file without some of these has that much to spare."""
    need = Capacity(millicores=0, memory_bytes=0)
    for request in REQUESTS.values():
        need = need.plus(request)
    return need


def resources(container: str) -> dict[str, dict[str, str]]:
    """The container's `resources` in Kubernetes' notation."""
    asked = REQUESTS[container]
    written = {"requests": {"cpu": f"{asked.millicores}m", "memory": f"{asked.memory_bytes // MIB}Mi"}}
    if container in LIMITS_MIB:
        written["limits"] = {"memory": f"{LIMITS_MIB[container]}Mi"}
    return written
