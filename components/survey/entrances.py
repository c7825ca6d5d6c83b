"""Ways in from outside: gateway classes, ingress classes, OpenShift's routes."""

from __future__ import annotations

from dataclasses import dataclass

from components.survey.api import Seen

GATEWAYS = "/apis/gateway.networking.k8s.io/v1/gatewayclasses"
INGRESSES = "/apis/networking.k8s.io/v1/ingressclasses"
ROUTES = "/apis/route.openshift.io/v1"
PATHS = (GATEWAYS, INGRESSES, ROUTES)


@dataclass(frozen=True, kw_only=True)
class Entrances:
    """Names of classes, each with who is behind it."""

    gateway_classes: dict[str, str]
    ingress_classes: dict[str, str]
    routes: bool
    """Whether OpenShift's router is there."""


def find_entrances(seen: Seen) -> Entrances:
    """Raises ForbiddenError."""
    return Entrances(
        gateway_classes={one["metadata"]["name"]: one["spec"]["controllerName"] for one in seen.items(GATEWAYS)},
        ingress_classes={
            one["metadata"]["name"]: (one.get("spec") or {}).get("controller", "") for one in seen.items(INGRESSES)
        },
        routes=bool(seen.object(ROUTES)),
    )
