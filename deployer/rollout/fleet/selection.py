"""Which communities a fleet's rollout is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deployer.errors import BadInput, Problem
from deployer.project import Project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.journal import Journal
from deployer.rollout.fleet.result import Gone, Kind, Refusals
from deployer.rollout.ledger import Ledger
from deployer.rollout.residents import deployed_communities
from deployer.rollout.target import Target
from schemas.stage import STAGES

COMMON = ("component code", "provider code", "chart lock", "schema default", "archetype", "version", "project")
"""Reasons of a change that nobody's own file gives: what is wrong with it is wrong for many."""

KINDS: Mapping[str, Kind] = {"communities": "community", "clusters": "cluster"}
"""Of whose files are in which folder."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Communities, and how they were asked for."""

    asked: str
    """As it was typed."""
    names: Sequence[str]
    clusters: Sequence[str] = ()
    """Besides those that the communities stand on."""
    gone: Sequence[Gone] = ()
    refused: Refusals = field(default_factory=dict)
    """Those that were asked for and cannot be told what they would become."""
    notes: Sequence[str] = ()
    """Worth a warning."""
    everything: str = ""
    """What they have in common that changed, where that is known before anybody looks."""


def all_of(project: Project, *, simulated: bool) -> Selection:
    """Every community that has a file; those that are deployed without one are named."""
    names = project.community_names()
    return Selection(asked="--all", names=names, gone=gone(project, _deployed(project, simulated), simulated))


def named(names: Sequence[str]) -> Selection:
    """These."""
    once = tuple(dict.fromkeys(names))
    return Selection(asked=" ".join(once), names=once)


def since(project: Project, ref: str, *, simulated: bool, tell: Callable[[str], None]) -> Selection:
    """Those that a deploy would change since the commit where this branch left `ref`.

    `tell` hears of what takes long. Raises BadInput for a `ref` that git does not know.
    """
    # Only who asks for it pays for git and for a second fleet of files.
    from deployer.affected.affected import affected

    found = affected(project, ref, tell=tell)
    there = project.community_names()
    kinds = {reason.kind for stack in found.stacks for reason in stack.reasons}
    former = [*(each.name for each in found.gone), *(each.before for each in found.renamed)]
    return Selection(
        asked=f"--since {ref}",
        names=tuple(name for name in found.communities if name in there),
        clusters=found.clusters,
        gone=gone(project, former, simulated),
        refused=_by_file(found.problems),
        notes=[
            *(f"{each.name} is {each.before} under another name: its hubs are made anew" for each in found.renamed),
            *(f"{each.name} stands elsewhere now: people's data stays behind" for each in found.moved),
        ],
        everything=found.everything or ", ".join(sorted(kinds & set(COMMON))),
    )


def resumed(journal: Journal, project: Project, *, simulated: bool) -> Selection:
    """What an earlier run was about, as far as it still has files."""
    there = project.community_names()
    clusters = {*project.cluster_names(), *there}
    return Selection(
        asked=journal.asked,
        names=tuple(name for name in journal.names if name in there),
        clusters=tuple(name for name in journal.clusters if name in clusters),
        gone=gone(project, journal.names, simulated),
    )


def _deployed(project: Project, simulated: bool) -> list[str]:
    """Names of communities with anything up, sorted."""
    ledger = Ledger(Backend(Target(project=project, name="", simulated=simulated).settings).files)
    return sorted(deployed_communities(ledger))


def gone(project: Project, names: Sequence[str], simulated: bool) -> tuple[Gone, ...]:
    """Of these, the ones without a file that have something up."""
    without = sorted(set(names) - set(project.community_names()))
    ledger = Ledger(Backend(Target(project=project, name="", simulated=simulated).settings).files)
    found = []
    for name in without:
        records = [ledger.read(f"{name}-{stage}") for stage in STAGES]
        if any(record is not None and not record.kept for record in records):
            target = Target(project=project, name=name, simulated=simulated)
            found.append(Gone(name=name, command=f"deployer destroy {target}"))
    return tuple(found)


def _by_file(problems: Sequence[Problem]) -> Refusals:
    """By whose file it is; what is wrong with an image is told of those who use it."""
    found: dict[tuple[Kind, str], list[Problem]] = {}
    for problem in problems:
        file = Path(problem.place.file)
        kind = KINDS.get(file.parent.name)
        if kind is not None:
            found.setdefault((kind, file.stem), []).append(problem)
    return {each: BadInput(problems) for each, problems in found.items()}
