"""Which cluster a context leads to: the id that its API server gave its own namespace when the cluster was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from components.clouds.existing.context import find_context, kubeconfig_files
from components.survey.errors import ClusterUnseenError, ForbiddenError

if TYPE_CHECKING:
    from schemas.cluster import Cluster

OWN = "/api/v1/namespaces/kube-system"
"""Kubernetes makes it first of all, and its uid is what people take for a cluster's id."""


def cluster_id(cluster: Cluster, project: Path) -> str | None:
    """None where the cluster is out of reach, or the login may not see it."""
    from components.hub.running.api import ApiServer

    asked = cluster.existing
    if asked is None:
        return None
    try:
        context = find_context(asked.context, kubeconfig_files(asked.kubeconfig, project))
        own = ApiServer(context.kubeconfig).object(OWN)
    except (ClusterUnseenError, ForbiddenError):
        return None
    return str(own["metadata"]["uid"]) if own else None
