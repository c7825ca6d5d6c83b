"""What a change to a resource does to people's running servers, as far as its cloud knows.

A cloud's own resources stand in its folder's `servers`; those of Kubernetes are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Fate = Literal["stay", "end", "unknown"]


@dataclass(frozen=True)
class ServersFate:
    """What becomes of servers."""

    fate: Fate
    means: str = ""
    """What ends, in words; empty for servers that stay, or where nobody knows."""


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """A type of resources that servers stand on, or run on."""

    type: str
    gone: str = ""
    """What ends with it; empty where nobody knows."""
    renewing: Sequence[str] = ()
    """Properties by their beginnings: changed in place, what servers run on is made anew."""
    renewed: str = ""
    """What ends then."""
    harmless: Sequence[str] = ()
    """Properties by their beginnings that can be changed beneath running servers; "" for all others."""


@dataclass(frozen=True, kw_only=True)
class ServerFates:
    """What one provider of resources knows."""

    carriers: Sequence[Carrier]
    beside: Sequence[str]
    """Types, by their beginnings, that no running server needs: rights, buckets, budgets, names."""

    def fate(self, type: str, operation: str, properties: Sequence[str]) -> ServersFate:  # noqa: A002
        """Of one change; `properties` are those that differ, as the engine names them."""
        carrier = next((each for each in self.carriers if each.type == type), None)
        if operation == "create" or (carrier is None and type.startswith(tuple(self.beside))):
            return STAY
        if carrier is None:
            return UNKNOWN
        if operation != "update":
            return ServersFate("end", carrier.gone) if carrier.gone else UNKNOWN
        if any(_within(each, carrier.renewing) for each in properties):
            return ServersFate("end", carrier.renewed)
        harmless = bool(properties) or "" in carrier.harmless
        return STAY if harmless and all(_within(each, carrier.harmless) for each in properties) else UNKNOWN


STAY, UNKNOWN = ServersFate("stay"), ServersFate("unknown")
ALL = ("",)
NODES_GO = "servers on its nodes end"
CLUSTER_GOES = "every hub and server on it ends"
KUBERNETES = ServerFates(
    carriers=(
        Carrier(
            type="kubernetes:core/v1:Namespace",
            # Kubernetes, "Share a Cluster with Namespaces".
            gone="all that runs in it ends, people's servers too",
            # Kubernetes, "Enforce Pod Security Standards with Namespace Labels": what runs is warned of, and stays.
            harmless=("metadata.labels", "metadata.annotations"),
        ),
        # Of itself. jupyterhub/zero-to-jupyterhub-k8s, jupyterhub/files/hub/jupyterhub_config.py: a hub that restarts
        # leaves its servers; nfs(5), "hard": servers wait for their files.
        Carrier(type="kubernetes:helm.sh/v3:Release", harmless=ALL),
        # Kubernetes, "Persistent Volumes", resizing an in-use claim: no pod is made anew for it.
        Carrier(type="kubernetes:core/v1:PersistentVolumeClaim", harmless=("spec.resources", "metadata.")),
        Carrier(type="kubernetes:core/v1:PersistentVolume", harmless=("spec.capacity", "metadata.")),
        # Homes are mounted from the address of one.
        Carrier(type="kubernetes:core/v1:Service", harmless=("metadata.",)),
    ),
    beside=(
        "hubkeys:",
        "kubernetes:cert-manager.io/",
        # Kubernetes, "ConfigMaps" and "Secrets": pods keep what they mounted when it is deleted.
        "kubernetes:core/v1:ConfigMap",
        "kubernetes:core/v1:Secret",
        # Kubernetes, "Limit Ranges" and "Resource Quotas": they count for what starts from then on.
        "kubernetes:core/v1:LimitRange",
        "kubernetes:core/v1:ResourceQuota",
        "kubernetes:gateway.envoyproxy.io/",
        "kubernetes:gateway.networking.k8s.io/",
        "kubernetes:networking.k8s.io/",
        "kubernetes:rbac.authorization.k8s.io/",
        # MicrosoftDocs/azure-aks-docs, articles/aks/use-tags.md: for volumes to come.
        "kubernetes:storage.k8s.io/v1:StorageClass",
    ),
)
"""Objects of the cluster; policies, routes and rights are of what is reached, and end no pod."""


def joined(fates: Iterable[ServerFates]) -> ServerFates:
    """What several know together."""
    known = list(fates)
    return ServerFates(
        carriers=[carrier for each in known for carrier in each.carriers],
        beside=[beginning for each in known for beginning in each.beside],
    )


def _within(name: str, beginnings: Sequence[str]) -> bool:
    return name.startswith(tuple(beginnings))
