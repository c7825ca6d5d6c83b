"""Whether a service of type LoadBalancer gets an address."""

from __future__ import annotations

from typing import Literal

from components.survey.api import Seen
from components.survey.nodes import NODES

SERVICES = "/api/v1/services?fieldSelector=spec.type%3DLoadBalancer"
METALLB = "/apis/metallb.io/v1beta1"
PATHS = (SERVICES, METALLB, NODES)
# How clouds whose controllers give addresses begin their nodes' ids (`spec.providerID`).
CLOUDS = ("gce://", "aws://", "azure://", "openstack://", "digitalocean://", "ibm://", "linode://", "hcloud://")
K3S = "k3s://"
"""Has a load balancer of its own, unless it was switched off."""

Balancing = Literal["seen to work", "seen to wait", "likely", "unknown"]


def find_load_balancers(seen: Seen) -> Balancing:
    """By the services that are there; without any, by who runs the nodes. Raises ForbiddenError."""
    services = seen.items(SERVICES)
    if any(((one.get("status") or {}).get("loadBalancer") or {}).get("ingress") for one in services):
        return "seen to work"
    if services:
        return "seen to wait"
    ids = [str((node.get("spec") or {}).get("providerID", "")) for node in seen.items(NODES)]
    if seen.object(METALLB) or any(one.startswith((*CLOUDS, K3S)) for one in ids):
        return "likely"
    return "unknown"
