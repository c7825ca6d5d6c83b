"""Where in its cloud a cluster stands, and how far what is known of prices and machines reaches."""

from __future__ import annotations

from components.clouds import cloud
from components.kubernetes_cloud import KubernetesCloud
from components.machines.catalogue import Catalogue
from schemas.cluster import Cluster


def beyond_catalogue(cluster: Cluster, catalogue: Catalogue) -> str:
    """What is unknown because the cluster stands elsewhere than where the catalogue was read; empty where it does not.

    "the catalogue is of us-central1: what machines cost in europe-west4, and which there are, is unknown".
    """
    carrying = cloud(cluster.provider)
    site = carrying.site(cluster) if isinstance(carrying, KubernetesCloud) else None
    if site is None or not site.region or site.region == catalogue.region:
        return ""
    return f"the catalogue is of {catalogue.region}: which machines {site.region} has, and at what price, is unknown"
