"""A cluster by its name, for those who work on it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from components.contract import Refusal
from deployer.config.document import Path, path_text
from deployer.config.fleet import counted, load_deployments
from deployer.config.shared import Shelf
from deployer.config.suggest import did_you_mean
from deployer.errors import BadInput, Place, Problem
from deployer.project import Project
from schemas.cluster import Cluster


@dataclass(frozen=True)
class LoadedCluster:
    """A cluster that is sound in itself."""

    name: str
    cluster: Cluster
    locate: Callable[[Path], tuple[Place, str]]
    """From a path inside the cluster to its place in the file, and its path there."""

    @property
    def stack(self) -> str:
        """Name of the Pulumi stack that carries it."""
        return f"{self.name}-cluster"

    def problems(self, refusals: Iterable[Refusal]) -> list[Problem]:
        """What is refused, at its place in the file."""
        found = []
        for refusal in refusals:
            place, path = self.locate(refusal.path)
            found.append(Problem(place=place, path=path, fault=refusal.fault, remedy=refusal.remedy))
        return found


def load_cluster(project: Project, name: str) -> LoadedCluster:
    """The cluster of `clusters/<name>.yaml`, or the one that the community of that name has for itself.

    Raises BadInput with all that is wrong with it.
    """
    shelf = Shelf(project)
    if name not in shelf.cluster_names:
        return _own_cluster(project, name, shelf)
    shared = shelf.cluster(name)
    document = shared.document
    if shared.value is None or document is None:
        raise BadInput(shared.problems, fault=f"{counted(len(shared.problems), 'problem')} in cluster {name!r}")
    return LoadedCluster(name, shared.value, lambda path: (document.place(path), path_text(path)))


def _own_cluster(project: Project, name: str, shelf: Shelf) -> LoadedCluster:
    if (project.communities / f"{name}.yaml").is_file():
        loaded = load_deployments(project, name)
        deployment, layers = loaded.deployments["staging"], loaded.layers["staging"]
        if deployment.cluster_name == name:
            return LoadedCluster(name, deployment.cluster, lambda path: layers.locate(("cluster", *path)))
    raise BadInput([], fault=f"no cluster named {name!r}; {did_you_mean(name, shelf.cluster_names, kind='clusters')}")
