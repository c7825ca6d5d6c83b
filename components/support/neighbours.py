"""What hubs know of the pods that support them, to let them in: names alone, and no Pulumi."""

from __future__ import annotations

GATEWAY_NAMESPACE = "gateway"
GATEWAY_CLASS = "hubs"
GATEWAY_PODS = {
    "app.kubernetes.io/component": "proxy",
    "app.kubernetes.io/managed-by": "envoy-gateway",
    "gateway.envoyproxy.io/owning-gatewayclass": GATEWAY_CLASS,
}
"""Of the proxy's pods, where all gateways of a class share them (envoyproxy/gateway v1.9.0, internal/gatewayapi)."""
MONITORING_NAMESPACE = "monitoring"
MEASURING_PODS = {"hub.jupyter.org/network-access-hub": "true"}
"""Label of who may read what a hub measures; the chart's own."""
