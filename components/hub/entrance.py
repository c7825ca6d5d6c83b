"""How people come in: a gateway of the hub's own with its certificate, and the route to the hub's proxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.support.custom import custom
from components.support.gateway import GATEWAY_API

NAME = "hub"
CERTIFICATE = "hub-certificate"
"""The Secret that the certificate and its key come into."""
SERVICE, PORT = "proxy-public", 80
"""Of zero-to-jupyterhub's proxy."""


def gateway(domain: str, kind: Any) -> dict[str, Any]:
    """One listener for one name."""
    return {
        "gatewayClassName": kind,
        "listeners": [
            {
                "name": "https",
                "hostname": domain,
                "port": 443,
                "protocol": "HTTPS",
                "tls": {"mode": "Terminate", "certificateRefs": [{"name": CERTIFICATE}]},
                "allowedRoutes": {"namespaces": {"from": "Same"}},
            }
        ],
    }


def route(domain: str) -> dict[str, Any]:
    """All that is asked of the name goes to the proxy, for as long as it takes: kernels and downloads run for hours.

    Except the hub's measurements, which tell who uses it: Prometheus reads them inside the cluster, without a token.
    """
    home = {"type": "ReplaceFullPath", "replaceFullPath": "/hub/home"}
    return {
        "parentRefs": [{"name": NAME, "sectionName": "https"}],
        "hostnames": [domain],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/hub/metrics"}}],
                "filters": [{"type": "RequestRedirect", "requestRedirect": {"path": home, "statusCode": 302}}],
            },
            {"backendRefs": [{"name": SERVICE, "port": PORT}], "timeouts": {"request": "0s"}},
        ],
    }


def ingress(domain: str, kind: Any) -> dict[str, Any]:
    """The same for a cluster whose way in is an ingress controller of its owner's."""
    backend = {"service": {"name": SERVICE, "port": {"number": PORT}}}
    return {
        "ingressClassName": kind,
        "tls": [{"hosts": [domain], "secretName": CERTIFICATE}],
        "rules": [{"host": domain, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}],
    }


INGRESS_NOTES = {
    # Which address it has is its controller's business, and some never tell.
    "pulumi.com/skipAwait": "true",
    # Of the controller that is found most: whole notebooks are uploaded, and kernels keep silent for hours.
    "nginx.ingress.kubernetes.io/proxy-body-size": "0",
    "nginx.ingress.kubernetes.io/proxy-read-timeout": "86400",
}


class GatewayEntrance(pulumi.ComponentResource):
    """On clusters of ours; see docs/support.md."""

    def __init__(
        self,
        name: str,
        domain: str,
        namespace: kubernetes.core.v1.Namespace,
        facts: pulumi.Output[Mapping[str, Any]],
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`facts` are the cluster's of its gateway; `after` is the hub's release.

        Nobody waits for the certificate here: the health check does, and knows what it takes to get one.
        """
        super().__init__("hubs:kubernetes:Entrance", name, None, opts)
        here: dict[str, Any] = {"name": NAME, "namespace": namespace.metadata.name}
        issued = {"cert-manager.io/cluster-issuer": facts.apply(lambda told: told["issuer"])}
        kind = facts.apply(lambda told: told["class"])
        own = custom(
            f"{name}-gateway",
            GATEWAY_API,
            "Gateway",
            {**here, "annotations": issued},
            gateway(domain, kind),
            self,
            namespace,
        )
        custom(f"{name}-route", GATEWAY_API, "HTTPRoute", here, route(domain), self, own, after)
        self.register_outputs({})


class IngressEntrance(pulumi.ComponentResource):
    """On somebody else's cluster, which has ingress controllers but not our gateway."""

    def __init__(
        self,
        name: str,
        domain: str,
        namespace: kubernetes.core.v1.Namespace,
        kind: pulumi.Output[str | None],
        after: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:IngressEntrance", name, None, opts)
        spec: Any = ingress(domain, kind)
        kubernetes.networking.v1.Ingress(
            f"{name}-ingress",
            metadata={"name": NAME, "namespace": namespace.metadata.name, "annotations": INGRESS_NOTES},
            spec=spec,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[after]),
        )
        self.register_outputs({})
