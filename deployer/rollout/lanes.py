"""Divides what workflows deploy into lanes: jobs that go on side by side, each after the one before in its own lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deployer.config import load_each
from deployer.errors import BadInput
from deployer.project import Project
from deployer.rollout.fleet.waves import MANY

FLEET = "all communities"
"""The lane of a wide change. With a space, which no community's name has."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Communities that one job after the other deploys together."""

    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Concern:
    """Whom a change concerns."""

    names: tuple[str, ...]
    """Of communities; of a cluster that changes alone, the first one on it, since that brings it up."""
    notes: tuple[str, ...] = ()
    """What no workflow does anything about, a sentence each."""


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """What workflows deploy, and what they leave to a person."""

    lanes: tuple[Lane, ...]
    by_hand: tuple[str, ...]
    """On clusters that have no identity for workflows: without `github`, or without an account."""
    notes: tuple[str, ...]


def concerned(project: Project, *, since: str, names: Sequence[str]) -> Concern:
    """The named communities; else those that a deploy would change since a commit; else all.

    Of a branch that was just made, GitHub says that before it was commit 0. Without a look at the state, for which
    one would have to sign in. Raises BadInput for what names no commit.
    """
    if names:
        return Concern(names=tuple(names))
    if not since.strip("0"):
        return Concern(names=tuple(_written(project)))
    from deployer.affected.affected import affected

    found = affected(project, since)
    residents = _residents(project) if found.clusters else {}
    brought = {cluster for name in found.communities if (cluster := residents.get(name))}
    bringing = {cluster: name for name, cluster in reversed(residents.items()) if cluster not in brought}
    return Concern(
        names=(
            *(name for name in found.communities if (project.communities / f"{name}.yaml").is_file()),
            *(bringing[cluster] for cluster in found.clusters if cluster in bringing),
        ),
        notes=(
            *(
                f"the cluster {cluster} changes, and no community brings it up: deployer deploy --cluster {cluster}"
                for cluster in found.clusters
                if cluster not in brought and cluster not in bringing
            ),
            *(
                f"{each.name} has no file any more, and stays as it is: deployer destroy {each.name}"
                for each in found.gone
            ),
            *(f"{each.name} was {each.before}, whose hubs stay, with people's data" for each in found.renamed),
            *(f"{each.name} stands elsewhere now: people's data stays behind" for each in found.moved),
        ),
    )


def divide(project: Project, concern: Concern) -> Lanes:
    """A lane for each community concerned; where they are many, one for all there are.

    Many go in waves, which only one job can see to. Its lane has every community, concerned or not: a job that waits in
    a lane is replaced by the next one that comes, so whoever comes later must see to what the earlier would have done.
    What is as it should be costs nothing there. Raises BadInput for names that no community has.
    """
    every = _written(project)
    unknown = sorted(set(concern.names) - set(every))
    if unknown:
        raise BadInput(
            [], fault=f"no community is named {', '.join(map(repr, unknown))}", remedy=f"there are: {', '.join(every)}"
        )
    deployable = _deployable(project, every)
    wanted = tuple(name for name in every if name in concern.names)
    ours = tuple(name for name in wanted if name in deployable)
    together = Lane(name=FLEET, names=tuple(name for name in every if name in deployable))
    return Lanes(
        lanes=(together,) if len(ours) > MANY else tuple(Lane(name=name, names=(name,)) for name in ours),
        by_hand=tuple(name for name in wanted if name not in deployable),
        notes=concern.notes,
    )


def _written(project: Project) -> list[str]:
    return sorted(path.stem for path in project.communities.glob("*.yaml") if not path.name.startswith("."))


def _residents(project: Project) -> dict[str, str]:
    """Each community that can be read, and its cluster; by name."""
    return {
        name: each.deployments["staging"].cluster_name
        for name, each in load_each(project, _written(project)).items()
        if not isinstance(each, BadInput)
    }


def _deployable(project: Project, names: Sequence[str]) -> set[str]:
    """Those on clusters whose file has `github`; and what cannot be read, whose own lane then fails and says why."""
    return {
        name
        for name, each in load_each(project, names).items()
        if isinstance(each, BadInput) or each.deployments["staging"].cluster.github is not None
    }
