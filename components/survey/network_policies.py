"""Whether network policies are enforced: Kubernetes takes them without a word where nobody does."""

from __future__ import annotations

from dataclasses import dataclass

from components.survey.api import Seen
from components.survey.load_balancers import K3S
from components.survey.nodes import DAEMONSETS, NODES

PATHS = (DAEMONSETS, NODES)
# Daemonsets by which they are known. Those that enforce: kubernetes.io/docs, "Network Policy Providers", and the
# documentation of OVN-Kubernetes (OpenShift), of GKE's Dataplane V2 (anetd) and of AKS (azure-npm).
ENFORCING = {
    "anetd": "Cilium (GKE Dataplane V2)",
    "antrea-agent": "Antrea",
    "azure-npm": "Azure Network Policy Manager",
    "calico-node": "Calico",
    "canal": "Calico",
    "cilium": "Cilium",
    "kube-router": "kube-router",
    "ovnkube-node": "OVN-Kubernetes",
    "weave-net": "Weave Net",
}
NOT_ENFORCING = {"kube-flannel-ds": "Flannel", "kube-flannel": "Flannel"}


@dataclass(frozen=True, kw_only=True)
class NetworkPolicies:
    """Who enforces them."""

    enforced: bool | None
    """None where nobody that is known was seen."""
    by: str


def find_network_policies(seen: Seen) -> NetworkPolicies:
    """By the daemonsets that run. Raises ForbiddenError."""
    names = {one["metadata"]["name"] for one in seen.items(DAEMONSETS)}
    for known, enforced in ((ENFORCING, True), (NOT_ENFORCING, False)):
        found = next((title for name, title in known.items() if name in names), None)
        if found:
            return NetworkPolicies(enforced=enforced, by=found)
    if any(str((node.get("spec") or {}).get("providerID", "")).startswith(K3S) for node in seen.items(NODES)):
        # Runs inside k3s itself, so that no daemonset shows it; k3s documentation, "Networking Services".
        return NetworkPolicies(enforced=True, by="k3s, unless it was started with --disable-network-policy")
    return NetworkPolicies(enforced=None, by="nobody that is known")
