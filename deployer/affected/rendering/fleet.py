"""All stacks of a checkout: what they resolve to, and what their programs register.

Uses the project's code that is on the path, whichever revision that is, by names that are long there.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .placeholders import given
from .registrations import Rendering, render

CLUSTER = "cluster"
SWEPT_EVERY = 20
"""Stacks. Each leaves tasks that refer to each other, and event loops look through all that there are."""


@dataclass
class Side:
    """One side of a comparison, as plain data."""

    inputs: dict[str, Any] = field(default_factory=dict)
    """Stack -> its resolved deployment or cluster."""
    resources: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    """Stack -> `Rendering.resources`."""
    unresolved: list[str] = field(default_factory=list)
    """Communities and clusters whose files are not sound."""
    failures: dict[str, str] = field(default_factory=dict)
    """Stack -> the kind of error that its program ended with."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def side(root: Path, project: str, *, resources: bool = True) -> Side:
    """Everything of the checkout in a folder; `project` is Pulumi's name of it. Without `resources`, inputs of hubs."""
    from deployer.config import load_each
    from deployer.project import Project

    names = [path.stem for path in sorted((root / "communities").glob("*.yaml")) if not path.name.startswith(".")]
    loaded = load_each(Project(root), names) if names else {}
    sound: dict[str, Any] = {name: each.deployments for name, each in loaded.items() if hasattr(each, "deployments")}
    if not resources:
        hubs = (deployment for deployments in sound.values() for deployment in deployments.values())
        return Side(inputs={hub.stack: hub.model_dump(mode="json") for hub in hubs})
    return rendered(root, project, sound, unresolved=[name for name in names if name not in sound])


def rendered(root: Path, project: str, loaded: Mapping[str, Mapping[str, Any]], *, unresolved: Iterable[str]) -> Side:
    """The same of communities that were resolved already, by name and stage, and of all shared clusters."""
    from stacks.cluster import cluster_program
    from stacks.hub import hub_program

    found = Side(unresolved=list(unresolved))
    facts: dict[str, Any] = {}
    for name, cluster in _clusters(root, loaded, found).items():
        stack = f"{name}-{CLUSTER}"
        found.inputs[stack] = cluster.model_dump(mode="json")
        program = cluster_program(name, cluster, root, simulated=True)  # no look at a cluster that is there already
        rendering = _rendered(found, stack, program, project, root, {})
        facts[name] = rendering.outputs.get("facts") if rendering else None
    for deployments in loaded.values():
        for deployment in deployments.values():
            stack = deployment.stack
            found.inputs[stack] = deployment.model_dump(mode="json")
            if facts.get(deployment.cluster_name) is None:
                found.failures[stack] = "its cluster's program failed"
                continue
            program = hub_program(deployment, root, **given(root, deployment))
            _rendered(found, stack, program, project, root, facts[deployment.cluster_name])
            if len(found.resources) % SWEPT_EVERY == 0:
                gc.collect(0)  # the youngest alone: what stays is not looked through again
    return found


def _clusters(root: Path, loaded: Mapping[str, Mapping[str, Any]], found: Side) -> dict[str, Any]:
    """Every cluster by name: those of clusters/, and communities' own."""
    from deployer.config import load_cluster
    from deployer.errors import BadInput
    from deployer.project import Project

    clusters = {}
    for path in sorted((root / "clusters").glob("*.yaml")):
        try:
            clusters[path.stem] = load_cluster(Project(root), path.stem).cluster
        except BadInput:
            found.unresolved.append(path.stem)
    for deployments in loaded.values():
        for deployment in deployments.values():
            clusters.setdefault(deployment.cluster_name, deployment.cluster)
    return clusters


def _rendered(
    found: Side, stack: str, program: Any, project: str, root: Path, facts: Mapping[str, Any]
) -> Rendering | None:
    try:
        rendering = render(program, project=project, stack=stack, folder=str(root), facts=facts)
    except Exception as error:  # noqa: BLE001 - told, without its words: they may quote inputs
        found.failures[stack] = type(error).__name__
        return None
    found.resources[stack] = rendering.resources
    return rendering
