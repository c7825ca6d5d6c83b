"""Where a community stands: on which cluster, and where in the world that is."""

from __future__ import annotations

from dataclasses import dataclass

from components.clouds import cloud
from components.kubernetes_cloud import KubernetesCloud
from schemas.cluster import Cluster
from schemas.community import Deployment


@dataclass(frozen=True)
class Stand:
    """A cluster and its site."""

    cluster: str
    """By name; empty for one of the community's own, which bears its name."""
    provider: str
    site: tuple[str, ...]
    """Account, region and zone in a cloud; the folder on a machine."""

    def __str__(self) -> str:
        return f"{self.cluster or 'its own cluster'} ({', '.join((self.provider, *filter(None, self.site)))})"


def stand(deployment: Deployment) -> Stand:
    """Where a deployment is."""
    name, cluster = deployment.cluster_name, deployment.cluster
    return Stand("" if name == deployment.community else name, cluster.provider, site_of(cluster))


def site_of(cluster: Cluster) -> tuple[str, ...]:
    """Where in its cloud a cluster is."""
    carrying = cloud(cluster.provider)
    if not isinstance(carrying, KubernetesCloud):
        return (cluster.local.folder,)
    site = carrying.site(cluster)
    return (site.account, site.region, site.zone) if site else ()
