"""What a hub's pods may do in their cluster: who they may talk to, and how much they may take. Pure.

Network policies only add up. The chart has its own for hub, proxy and people's servers; these close everything else
first, and then open what the charts do not know of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.hub.values.network import LENT_IDENTITY, world
from components.support.neighbours import GATEWAY_NAMESPACE
from schemas.community import Deployment

POD_SECURITY = {
    # Pods that could take over their node are not let in. `restricted` would keep most images of the field out, which
    # do not say that they need no root, and every data set, which is a volume of NFS.
    "pod-security.kubernetes.io/enforce": "baseline",
    "pod-security.kubernetes.io/warn": "restricted",
}
PODS_OF_A_NODE = 110
"""Kubernetes' own limit, where a cloud has no lower one."""
LITTLE = {"cpu": "1m", "memory": "8Mi"}
"""For containers that ask for nothing: so little that sizes which fill a node still do, and enough to be counted."""
VOLUMES = 20
"""Claims in a namespace that has one for homes and one for the hub's database."""
DNS_PORTS = (53, 5353)
"""The second is that of OpenShift's name servers."""
NOTHING_ELSE: dict[str, Any] = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
NAMES: dict[str, Any] = {
    "podSelector": {},
    "policyTypes": ["Egress"],
    # Where names are answered differs from cloud to cloud, down to addresses of the node itself.
    "egress": [{"ports": [{"port": port, "protocol": protocol} for port in DNS_PORTS for protocol in ("UDP", "TCP")]}],
}
PROXY_PORT = 8000
SOLVER = {"acme.cert-manager.io/http01-solver": "true"}
"""Pods of cert-manager that prove the hub's name for a moment (cert-manager, pkg/issuer/acme/http)."""
IN_DASK = ["dask-scheduler", "dask-worker"]
PROGRAMS = {
    # Not those in which code runs that people bring: their servers, their Dask clusters.
    "matchExpressions": [
        {"key": "component", "operator": "NotIn", "values": ["singleuser-server"]},
        {"key": "app.kubernetes.io/component", "operator": "NotIn", "values": IN_DASK},
    ]
}
HUB = {"matchLabels": {"app": "jupyterhub", "component": "hub"}}
HUB_AND_PROXY = {"matchExpressions": [{"key": "component", "operator": "In", "values": ["hub", "proxy"]}]}
"""These have policies of their chart, which say more narrowly where they may go."""
COMPANIONS = {
    "matchExpressions": [
        *PROGRAMS["matchExpressions"],
        {"key": "component", "operator": "NotIn", "values": ["hub", "proxy"]},
    ]
}
DASK = {
    "matchLabels": {"app.kubernetes.io/name": "dask-gateway"},
    "matchExpressions": [
        {"key": "app.kubernetes.io/component", "operator": "In", "values": ["controller", "gateway", "traefik"]}
    ],
}
"""All that goes to a Dask cluster passes through these: nobody reaches another's cluster past them."""
DASK_CLUSTERS = {"matchExpressions": [{"key": "app.kubernetes.io/component", "operator": "In", "values": IN_DASK}]}
SERVERS = {"matchLabels": {"component": "singleuser-server"}}
METADATA_SERVER = "169.254.169.254/32"
"""As the chart opens it to servers (zero-to-jupyterhub, egressAllowRules.cloudMetadataServer)."""


def quota(deployment: Deployment) -> dict[str, str]:
    """At most as many pods as the nodes could hold, and no way in but the gateway."""
    nodes = sum(pool.max_nodes for pool in deployment.cluster.node_pools.values())
    pods = PODS_OF_A_NODE * (nodes + 1)
    return {
        "pods": str(pods),
        # A token and a certificate for each server, and what charts have.
        "count/secrets": str(2 * pods + 100),
        "persistentvolumeclaims": str(VOLUMES),
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def limits() -> list[dict[str, Any]]:
    """What containers have that ask for nothing."""
    return [{"type": "Container", "defaultRequest": dict(LITTLE)}]


def network_policies(
    deployment: Deployment, *, own_gateway: bool, metadata_server: bool = False
) -> dict[str, dict[str, Any]]:
    """By name; without `own_gateway`, people come in by something that somebody else runs.

    With it, the chart's own policy lets in the gateway's pods alone (`components.hub.values.network`): one more here
    would let in all that is beside them.
    `metadata_server`: pods learn who they are in the cloud from an address that is closed otherwise.
    """
    way_in = of_namespace(GATEWAY_NAMESPACE) if own_gateway else {"namespaceSelector": {}}
    proxy = {"matchLabels": {"app": "jupyterhub", "component": "proxy"}}
    found: dict[str, dict[str, Any]] = {
        "nothing-else": NOTHING_ELSE,
        "names": NAMES,
        "companions": {
            "podSelector": COMPANIONS,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [{"podSelector": PROGRAMS}]}],
            # The cluster's own API above all, whose address no policy can name.
            "egress": [{}],
        },
        "among-programs": let_in(HUB_AND_PROXY, {"podSelector": COMPANIONS}),
        **({} if own_gateway else {"way-in": let_in(proxy, way_in, PROXY_PORT)}),
        "certificate": let_in({"matchLabels": SOLVER}, way_in),
    }
    return found | (_dask(deployment, metadata_server) if deployment.hub.dask else {})


def _dask(deployment: Deployment, metadata_server: bool) -> dict[str, dict[str, Any]]:
    """Clusters talk among themselves, with the gateway, and with the world as servers do; servers find the gateway."""
    address, port = LENT_IDENTITY
    identity: list[dict[str, Any]] = [
        {"to": [{"ipBlock": {"cidr": address}}], "ports": [{"port": port, "protocol": "TCP"}]}
    ]
    if metadata_server:
        identity.append({"to": [{"ipBlock": {"cidr": METADATA_SERVER}}]})
    return {
        "dask-clusters": {
            "podSelector": DASK_CLUSTERS,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [{"podSelector": DASK}, {"podSelector": DASK_CLUSTERS}]}],
            "egress": [
                {"to": [{"podSelector": DASK}, {"podSelector": DASK_CLUSTERS}]},
                *identity,
                *world(deployment.hub.network),
            ],
        },
        "dask-gateway": {
            "podSelector": DASK,
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": SERVERS}, {"podSelector": DASK_CLUSTERS}]}],
        },
        "servers-to-dask": {
            "podSelector": SERVERS,
            "policyTypes": ["Egress"],
            "egress": [{"to": [{"podSelector": DASK}]}],
        },
    }


def let_in(pods: Mapping[str, Any], source: Mapping[str, Any], port: int | None = None) -> dict[str, Any]:
    """A policy that opens pods to a source, on one port or all."""
    ports = {"ports": [{"port": port, "protocol": "TCP"}]} if port else {}
    return {
        "podSelector": dict(pods),
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [dict(source)], **ports}],
    }


def of_namespace(name: str) -> dict[str, Any]:
    """All its pods, as a source or a destination."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
