"""The stack of a cluster, on which hubs of one or several communities stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from components.clouds import cloud
from components.contract import ClusterArgs
from schemas.cluster import Cluster


def cluster_program(name: str, cluster: Cluster, project: Path) -> Callable[[], None]:
    """The Pulumi program that declares a cluster and exports its facts."""

    def program() -> None:
        import pulumi

        outputs = cloud(cluster.provider).cluster(name, ClusterArgs(cluster=cluster, project=project))
        pulumi.export("facts", outputs.facts)

    return program
