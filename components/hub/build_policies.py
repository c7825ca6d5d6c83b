"""What pods may do that build images, in a namespace of their own beside the hub's. Pure.

The chart's own policies leave the node's addresses open to builds, at which some clouds give the node's rights to
whoever asks (2i2c-org/binderhub-service, templates/builder-network-policy.yaml). These take their place.
"""

from __future__ import annotations

from typing import Any

from components.hub import layout, policies
from components.hub.values.network import world
from components.support.neighbours import GATEWAY_NAMESPACE, GATEWAY_PODS
from schemas.community import Deployment
from schemas.egress import Egress

POD_SECURITY = {
    # The daemon that builds is privileged, and it and builds share a folder of their node (2i2c-org/binderhub-service,
    # templates/docker-api/daemonset.yaml).
    "pod-security.kubernetes.io/enforce": "privileged",
    "pod-security.kubernetes.io/warn": "restricted",
}
BINDERHUB = {"matchLabels": {"app.kubernetes.io/component": "binderhub"}}
BUILDS = {"matchLabels": {"component": "binderhub-build"}}
"""BinderHub's own label of the pods that it starts (binderhub/build.py)."""
DAEMON = {"matchLabels": {"app.kubernetes.io/component": "docker-api"}}
HUBS_API_PORT = 8081
SPARE = 10
"""Pods beyond those that are counted: that go while others come, and that somebody looks around with."""
SECRETS = 50
"""Helm's record of releases, and what the chart has."""


def quota(deployment: Deployment) -> dict[str, str]:
    """BinderHub, a daemon for each node, builds as many as may run, and those that are being taken away."""
    nodes = sum(pool.max_nodes for pool in deployment.cluster.node_pools.values())
    builds = deployment.hub.binder.max_builds if deployment.hub.binder else 0
    return {
        "pods": str(nodes + 2 * builds + SPARE),
        "count/secrets": str(SECRETS),
        "persistentvolumeclaims": "0",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def network_policies(deployment: Deployment, *, own_gateway: bool) -> dict[str, dict[str, Any]]:
    """Of the builds' namespace, by name; without `own_gateway`, people come in by something that somebody else runs."""
    outside = world(_reach(deployment))
    if own_gateway:
        # The hub's own name, where the network leads it straight to the gateway's pods.
        gateway = {**policies.of_namespace(GATEWAY_NAMESPACE), "podSelector": {"matchLabels": GATEWAY_PODS}}
        outside.append({"to": [gateway]})
    hub = {**policies.of_namespace(layout.namespace(deployment)), "podSelector": policies.HUB_AND_PROXY}
    return {
        "nothing-else": policies.NOTHING_ELSE,
        "names": policies.NAMES,
        "binder": {
            "podSelector": BINDERHUB,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [hub]}],
            # The cluster's own API above all, whose address no policy can name.
            "egress": [{}],
        },
        "builds": {"podSelector": BUILDS, "policyTypes": ["Egress"], "egress": outside},
        # Containers in which environments are made are behind the daemon's address.
        "daemon": {"podSelector": DAEMON, "policyTypes": ["Egress"], "egress": outside},
    }


def at_the_hub(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """The same way as seen from the hub's namespace: people to BinderHub, and BinderHub to the hub."""
    binder = {**policies.of_namespace(layout.builds_namespace(deployment)), "podSelector": BINDERHUB}
    return {
        "to-binder": {
            "podSelector": policies.HUB_AND_PROXY,
            "policyTypes": ["Egress"],
            "egress": [{"to": [binder]}],
        },
        "from-binder": policies.let_in(policies.HUB, binder, HUBS_API_PORT),
    }


def _reach(deployment: Deployment) -> Egress:
    """Without the world nothing can be built; what servers may not reach beyond web sites, builds may not either."""
    return deployment.hub.network if deployment.hub.network.egress == "all" else Egress(egress="web")
