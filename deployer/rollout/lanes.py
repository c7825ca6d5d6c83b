"""Divides what workflows deploy into lanes: jobs that go on side by side, each after the one before in its own lane."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deployer.config import Loaded, load_each
from deployer.errors import BadInput
from deployer.project import Project
from deployer.rollout.fleet.waves import MANY
from schemas.model import COMMUNITY_NAME

FLEET = "all communities"
"""The lane of a wide change. With a space, which no community's name has."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Communities that one job after the other deploys together."""

    name: str
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Concern:
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


def divided(project: Project, *, since: str, names: Sequence[str]) -> Lanes:
    """The named communities, in lanes; else those that a deploy would change since a commit; else all.

    Of a branch that was just made, GitHub says that before it was commit 0. Without a look at the state, for which
    one would have to sign in. Raises BadInput for what names no commit, and for names that no community has.
    """
    loaded = load_each(project, (*project.community_names(), *names))
    if names or not since.strip("0"):
        return _divided(loaded, _Concern(names=tuple(names or loaded)))
    return _divided(loaded, _concern(project, loaded, since))


def _concern(project: Project, loaded: Mapping[str, Loaded | BadInput], since: str) -> _Concern:
    from deployer.affected.affected import affected

    found = affected(project, since)
    residents = _residents(loaded)
    brought = {cluster for name in found.communities if (cluster := residents.get(name))}
    bringing = {cluster: name for name, cluster in reversed(residents.items()) if cluster not in brought}
    return _Concern(
        names=(
            *(name for name in found.communities if name in loaded),
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


def _divided(loaded: Mapping[str, Loaded | BadInput], concern: _Concern) -> Lanes:
    """A lane for each community concerned; where they are many, one for all there are.

    Many go in waves, which only one job can see to. Its lane has every community, concerned or not: a job that waits in
    a lane is replaced by the next one that comes, so whoever comes later must see to what the earlier would have done.
    What is as it should be costs nothing there.
    """
    deployable = _deployable(loaded)
    # Workflows hand names on as words of a command: --all, or one with a space or a star, would be another command.
    named = tuple(name for name in loaded if re.fullmatch(COMMUNITY_NAME, name))
    wanted = tuple(name for name in named if name in concern.names)
    ours = tuple(name for name in wanted if name in deployable)
    together = Lane(name=FLEET, names=tuple(name for name in named if name in deployable))
    return Lanes(
        lanes=(together,) if len(ours) > MANY else tuple(Lane(name=name, names=(name,)) for name in ours),
        by_hand=tuple(name for name in wanted if name not in deployable),
        notes=(
            *concern.notes,
            *(
                f"communities/{name}.yaml is left alone, since no community may have that name"
                for name in concern.names
                if name not in named
            ),
        ),
    )


def _residents(loaded: Mapping[str, Loaded | BadInput]) -> dict[str, str]:
    """Each community that can be read, and its cluster; by name."""
    return {
        name: each.deployments["staging"].cluster_name
        for name, each in loaded.items()
        if not isinstance(each, BadInput)
    }


def _deployable(loaded: Mapping[str, Loaded | BadInput]) -> set[str]:
    """Those on clusters whose file has `github`; and what cannot be read, whose own lane then fails and says why."""
    return {
        name
        for name, each in loaded.items()
        if isinstance(each, BadInput) or each.deployments["staging"].cluster.github is not None
    }
