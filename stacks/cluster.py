"""The stack of a cluster, on which hubs of one or several communities stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from components.clouds import cloud
from components.contract import ClusterArgs
from schemas.cluster import Cluster


def cluster_program(
    name: str, cluster: Cluster, project: Path, *, protect: bool = True, keep_data: bool = True, simulated: bool = False
) -> Callable[[], None]:
    """The Pulumi program that declares a cluster and exports its facts.

    With `protect` false, on the way to destroying it, nothing but people's data is spared; with `keep_data` false too,
    not even that. `simulated` says that stand-ins take the cloud's place.
    """

    def program() -> None:
        import pulumi

        args = ClusterArgs(cluster=cluster, project=project, protect=protect, keep_data=keep_data, simulated=simulated)
        outputs = cloud(cluster.provider).cluster(name, args)
        pulumi.export("facts", outputs.facts)

    return program
