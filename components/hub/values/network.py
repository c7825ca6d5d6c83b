"""Who reaches whom: people the proxy, the proxy the hub and servers, servers the world, and nobody else anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from components.hub.values.merging import ChartValues, Values
from components.hub.values.told import Told
from components.pool_placement import has_foreign_nodes
from components.support.neighbours import GATEWAY_NAMESPACE, GATEWAY_PODS, MEASURING_PODS, MONITORING_NAMESPACE

if TYPE_CHECKING:
    from schemas.community import Deployment
    from schemas.egress import Egress

CLOSED = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",  # shared between a provider and its customers (RFC 6598); some clouds give it to nodes and pods
    "169.254.0.0/16",  # of the node alone: whatever is there tells of the node
    "168.63.129.16/32",  # Azure's own machinery, at an address that looks public
)
"""What is outside the cluster and yet no part of the world that servers may reach."""
WEB_PORTS = (80, 443)
LENT_IDENTITY = ("169.254.170.23/32", 80)
"""Where EKS lends a pod the identity of its own service account, and no other; nothing is there on other clouds."""
PORT = "http"
"""What the chart calls it, of the hub and of the proxy alike."""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """The chart's own policies, made narrower; people come in through the cluster's gateway alone."""
    hub = deployment.hub
    return {
        "jupyterhub": {
            "hub": {
                "config": {"JupyterHub": {"public_url": f"https://{hub.domain}/"}},
                "networkPolicy": {
                    "enabled": True,
                    "ingress": _measured(deployment),
                    "egressAllowRules": {"cloudMetadataServer": False},
                },
                # Prometheus has no token; what it reads is how many, and not who.
                "authenticatePrometheus": not _monitored(deployment),
            },
            "proxy": {
                "service": {"type": "ClusterIP"},
                "https": {"enabled": False},
                "chp": {"networkPolicy": _proxy_policy()},
            },
            "ingress": {"enabled": False},
            "httpRoute": {"enabled": False},
            "singleuser": {
                # By a policy instead: a container that may change its node's firewall is let into no namespace of ours.
                "cloudMetadata": {"blockWithIptables": False},
                "networkPolicy": _servers_policy(hub.network, told),
            },
        }
    }


def _monitored(deployment: Deployment) -> bool:
    # A cluster that was there before has no Prometheus of ours, and its way in would show all the world what it reads.
    return deployment.cluster.support.monitoring.enabled and not has_foreign_nodes(deployment.cluster)


def _measured(deployment: Deployment) -> list[Values]:
    if not _monitored(deployment):
        return []
    return [{"from": [_pods(MONITORING_NAMESPACE, MEASURING_PODS)], "ports": [{"port": PORT}]}]


def _proxy_policy() -> Values:
    return {
        "enabled": True,
        # Otherwise whoever is in the cluster gets in, past the gateway's encryption.
        "allowedIngressPorts": [],
        "ingress": [
            {
                "from": [_pods(GATEWAY_NAMESPACE, GATEWAY_PODS)],
                "ports": [{"port": PORT}],
            }
        ],
        # Companions to which the hub leads people: some clusters' pods have no addresses that the chart calls private.
        "egress": [{"to": [{"podSelector": {}}]}],
        "egressAllowRules": {"cloudMetadataServer": False, "nonPrivateIPs": False},
    }


def _servers_policy(asked: Egress, told: Told) -> Values:
    identity, identity_port = LENT_IDENTITY
    return {
        "enabled": True,
        "egressAllowRules": {
            "cloudMetadataServer": told.needs_metadata_server,
            # Ours below say it more narrowly. Names may be looked up in any case, as the chart allows.
            "nonPrivateIPs": False,
            "privateIPs": False,
        },
        "egress": [{"to": [_block(identity)], "ports": [_tcp(identity_port)]}, *world(asked)],
    }


def world(asked: Egress) -> list[Values]:
    """Rules for addresses of the fourth version; those of the sixth are closed, as the chart has it too."""
    world: Values = {"to": [_block("0.0.0.0/0", CLOSED)]}
    match asked.egress:
        case "all":
            return [world]
        case "web":
            return [{**world, "ports": [_tcp(port) for port in WEB_PORTS]}]
        case "none":
            return []


def _pods(namespace: str, labels: Mapping[str, str]) -> Values:
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "podSelector": {"matchLabels": dict(labels)},
    }


def _block(cidr: str, but: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"ipBlock": {"cidr": cidr, **({"except": list(but)} if but else {})}}


def _tcp(port: int) -> Values:
    return {"port": port, "protocol": "TCP"}
