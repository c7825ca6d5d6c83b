"""The way in: Envoy Gateway behind one load balancer that is ours, whatever becomes of the controller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.kubernetes_contract import GatewayAddressOutputs
from components.support.custom import custom
from components.support.neighbours import GATEWAY_CLASS, GATEWAY_NAMESPACE, GATEWAY_PODS
from components.support.placing import CORE_NODES, namespace
from components.support.release import release
from components.support.requests import resources

NAMESPACE = GATEWAY_NAMESPACE
CHART = "envoy-gateway"
CLASS = GATEWAY_CLASS
GATEWAY = "hubs"
GATEWAY_API = "gateway.networking.k8s.io/v1"
ENVOY = "gateway.envoyproxy.io/v1alpha1"
PLAIN, ENCRYPTED = 80, 443
WHEN_IT_HAS_AN_ADDRESS = {"pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}"}
"""All that a load balancer is waited for: the pods behind it are the controller's business."""
UNPRIVILEGED = 10000
"""Envoy Gateway moves ports below 1024 up by this, so that its pods need no privilege."""


def values() -> dict[str, Any]:
    """Of the controller's chart, which brings the kinds of the Gateway API with it."""
    return {
        "deployment": {
            "envoyGateway": {"resources": resources("gateway-controller")},
            "pod": {"nodeSelector": CORE_NODES},
        },
        "certgen": {"job": {"nodeSelector": CORE_NODES}},
        # Tells proxies their zone, by a webhook on all pods of the cluster; there is one proxy in one zone.
        "topologyInjector": {"enabled": False},
    }


def proxy() -> dict[str, Any]:
    """How the controller runs the proxy that all gateways share."""
    return {
        # Each hub has a gateway of its own in its namespace, with its certificate; they all open the same ports.
        "mergeGateways": True,
        "provider": {
            "type": "Kubernetes",
            "kubernetes": {
                "envoyDeployment": {
                    "replicas": 1,
                    "pod": {"nodeSelector": CORE_NODES},
                    "container": {"resources": resources("gateway-proxy")},
                },
                # The load balancer is not the controller's to make, nor to take away.
                "envoyService": {"type": "ClusterIP"},
            },
        },
    }


def entrance(balancer: GatewayAddressOutputs) -> kubernetes.core.v1.ServiceSpecArgsDict:
    """The load balancer's Service."""
    ports = (("http", PLAIN), ("https", ENCRYPTED))
    return {
        "type": "LoadBalancer",
        "load_balancer_ip": balancer.address,
        # Straight to the proxy's node, with people's own addresses: JupyterHub ties a sign-in to them.
        "external_traffic_policy": "Local",
        "selector": dict(GATEWAY_PODS),
        "ports": [
            {"name": name, "port": port, "target_port": port + UNPRIVILEGED, "protocol": "TCP"} for name, port in ports
        ],
    }


def gateway_class() -> dict[str, Any]:
    """Who sees to gateways of the class, and how its proxy runs."""
    return {
        "controllerName": "gateway.envoyproxy.io/gatewayclass-controller",
        "parametersRef": {
            "group": ENVOY.partition("/")[0],
            "kind": "EnvoyProxy",
            "name": CLASS,
            "namespace": NAMESPACE,
        },
    }


def gateway() -> dict[str, Any]:
    """Where plain HTTP arrives: certificates are proven there, and everything else is sent to HTTPS."""
    return {
        "gatewayClassName": CLASS,
        "listeners": [
            {
                "name": "http",
                "port": PLAIN,
                "protocol": "HTTP",
                # Proofs of a hub's certificate are routes in the hub's namespace.
                "allowedRoutes": {"namespaces": {"from": "All"}},
            }
        ],
    }


def to_https() -> dict[str, Any]:
    """The route of all that nobody else wants: those of certificates name a host and a path, and go before it."""
    return {
        "parentRefs": [{"name": GATEWAY, "sectionName": "http"}],
        "rules": [
            {"filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}]}
        ],
    }


class Gateway(pulumi.ComponentResource):
    """Controller, proxy, load balancer, and the gateway for plain HTTP.

    A hub adds a Gateway of class `hubs` with its own name and certificate, in its own namespace.
    """

    ready: pulumi.Resource
    """There are the kinds of the Gateway API, and a gateway."""
    facts: Mapping[str, Any]

    def __init__(self, name: str, balancer: GatewayAddressOutputs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:kubernetes:Gateway", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = namespace(name, NAMESPACE, "restricted", child)
        controller = release(name, CHART, place, values(), child)

        proxies = custom(
            f"{name}-proxy", ENVOY, "EnvoyProxy", {"name": CLASS, "namespace": NAMESPACE}, proxy(), self, controller
        )
        kind = custom(f"{name}-class", GATEWAY_API, "GatewayClass", {"name": CLASS}, gateway_class(), self, proxies)
        self.ready = custom(
            f"{name}-gateway", GATEWAY_API, "Gateway", {"name": GATEWAY, "namespace": NAMESPACE}, gateway(), self, kind
        )
        custom(
            f"{name}-to-https",
            GATEWAY_API,
            "HTTPRoute",
            {"name": "to-https", "namespace": NAMESPACE},
            to_https(),
            self,
            self.ready,
        )
        service = kubernetes.core.v1.Service(
            f"{name}-entrance",
            metadata={
                "name": "entrance",
                "namespace": place.metadata.name,
                "annotations": {**WHEN_IT_HAS_AN_ADDRESS, **balancer.annotations},
            },
            spec=entrance(balancer),
            opts=child,
        )
        self.facts = {
            "address": balancer.address or service.status.apply(lambda status: _found(status, "ip")),
            "hostname": None if balancer.address else service.status.apply(lambda status: _found(status, "hostname")),
            "class": CLASS,
            "name": GATEWAY,
            "namespace": NAMESPACE,
        }
        self.register_outputs(self.facts)


def _found(status: Any, field: str) -> str | None:
    """What the cloud told of its load balancer; None as long as it has none."""
    balancer = getattr(status, "load_balancer", None)
    places = getattr(balancer, "ingress", None) or []
    return getattr(places[0], field, None) if places else None
