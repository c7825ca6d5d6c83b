"""Certificates for hubs: cert-manager, which proves to an authority on the web that a name is ours."""

from __future__ import annotations

from typing import Any

import pulumi

from components.support import gateway
from components.support.custom import custom
from components.support.placing import CORE_LINUX, CORE_NODES, namespace
from components.support.release import release
from components.support.requests import resources
from schemas.support import Support

NAMESPACE = "certificates"
CHART = "cert-manager"
ISSUER = "hubs"


def values() -> dict[str, Any]:
    """Of cert-manager's chart."""
    return {
        "crds": {"enabled": True},
        "config": {
            "apiVersion": "controller.config.cert-manager.io/v1alpha1",
            "kind": "ControllerConfiguration",
            "enableGatewayAPI": True,
        },
        # Its locks stay at home: some clouds let nobody write into kube-system.
        "global": {"leaderElection": {"namespace": NAMESPACE}},
        "nodeSelector": CORE_LINUX,
        "resources": resources("certificates-controller"),
        "webhook": {"nodeSelector": CORE_LINUX, "resources": resources("certificates-webhook")},
        "cainjector": {"nodeSelector": CORE_LINUX, "resources": resources("certificates-injector")},
        "startupapicheck": {"nodeSelector": CORE_LINUX},
    }


def issuer(asked: Support) -> dict[str, Any]:
    """Who signs, and how a name is proven: by a file under plain HTTP, so that any DNS will do."""
    solver = {
        "parentRefs": [
            {"kind": "Gateway", "name": gateway.GATEWAY, "namespace": gateway.NAMESPACE, "sectionName": "http"}
        ],
        "podTemplate": {"spec": {"nodeSelector": CORE_NODES}},
    }
    return {
        "acme": {
            "server": asked.certificate_authority,
            **({"email": asked.certificate_email} if asked.certificate_email else {}),
            "privateKeySecretRef": {"name": f"{ISSUER}-account"},
            "solvers": [{"http01": {"gatewayHTTPRoute": solver}}],
        }
    }


class Certificates(pulumi.ComponentResource):
    """cert-manager and one issuer for all namespaces; a Gateway asks for its certificate by naming it."""

    issuer: str

    def __init__(
        self, name: str, asked: Support, after: pulumi.Resource, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("hubs:kubernetes:Certificates", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        place = namespace(name, NAMESPACE, "restricted", child)
        # It looks for the kinds of the Gateway API once, when it starts.
        waiting = pulumi.ResourceOptions(parent=self, depends_on=[after])
        controller = release(name, CHART, place, values(), waiting)
        custom(
            f"{name}-issuer", "cert-manager.io/v1", "ClusterIssuer", {"name": ISSUER}, issuer(asked), self, controller
        )
        self.issuer = ISSUER
        self.register_outputs({"issuer": ISSUER})
