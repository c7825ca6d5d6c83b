"""Which communities and clusters a change concerns, and what both sides say of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from components.clouds import cloud
from deployer.affected.affected import affected
from deployer.affected.names import Files
from deployer.affected.pairs import Pair, paired
from deployer.affected.result import Affected, AffectedStack
from deployer.affected.uses import cluster_named
from deployer.config.fleet import Loaded
from deployer.config.load import read_document
from deployer.config.suggest import did_you_mean
from deployer.errors import BadInput
from deployer.project import Project, yaml_files
from deployer.revisions import checkout_at


@dataclass(frozen=True)
class Scope:
    """A change, as far as it was asked for."""

    affected: Affected
    base: Project
    head: Project
    pairs: Sequence[Pair]
    """Communities that differ and are not gone."""
    clusters: Sequence[str]
    """That differ."""

    @property
    def standing(self) -> list[Pair]:
        """Those whose files are sound now."""
        return [pair for pair in self.pairs if isinstance(pair.after, Loaded)]

    def stages(self, pair: Pair, stages: Collection[str]) -> list[str]:
        """Stages of a community that differ, of those that were asked for."""
        return [each.kind for each in self.stacks if each.kind in stages and each.name == pair.name]

    def reasons(self, name: str, *, cluster: bool) -> list[str]:
        """Why something is looked at."""
        here = (each for each in self.stacks if each.name == name and (each.kind == "cluster") == cluster)
        found = dict.fromkeys(str(reason) for each in here for reason in each.reasons)
        # As everybody finds files, wherever the command was run.
        return [reason.replace(f"{os.path.relpath(self.head.root)}/", "") for reason in found]

    @property
    def stacks(self) -> Sequence[AffectedStack]:
        return self.affected.stacks

    @cached_property
    def base_communities(self) -> list[str]:
        """Whose stacks stood before: communities that stay, and as which they are found there."""
        return [pair.name for pair in self.standing if isinstance(pair.before, Loaded) and not pair.renamed]

    @cached_property
    def base_clusters(self) -> set[str]:
        """Clusters that stood before and that something here stands on, or stood."""
        named = set(self.clusters)
        for pair in self.standing:
            for side in (pair.before, pair.after):
                if isinstance(side, Loaded):
                    named.add(side.deployments["staging"].cluster_name)
        return {name for name in named if self.stood(name)}

    @property
    def tools(self) -> list[str]:
        """What the clouds of communities that stood before need."""
        sides = (pair.before for pair in self.standing)
        providers = {side.deployments["staging"].cluster.provider for side in sides if isinstance(side, Loaded)}
        return sorted({tool for provider in providers for tool in cloud(provider).tools})

    def stood(self, cluster: str) -> bool:
        """Whether a cluster was there before: in a file of its own, or in that of the community of its name."""
        if (self.base.clusters / f"{cluster}.yaml").is_file():
            return True
        file = self.base.communities / f"{cluster}.yaml"
        return file.is_file() and _named_in(file) is None

    def people_on(self, cluster: str) -> list[str]:
        """Communities that stand on a cluster now."""
        files = yaml_files(self.head.communities)
        return [file.stem for file in files if (_named_in(file) or file.stem) == cluster]


def scope_of(
    project: Project, since: str, names: Collection[str], *, tell: Callable[[str], None] = lambda _: None
) -> Scope:
    """What differs from where this branch left `since`; with `names`, only these communities and clusters.

    Raises BadInput for what names no commit, and for names that neither side has.
    """
    found = affected(project, since, tell=tell)
    base = checkout_at(project, found.base)
    before, after = Files(base), Files(project)
    _refuse_unknown(names, (before, after))
    chosen = {name for name in found.communities if not names or name in names}
    pairs = [pair for pair in paired(before, after, chosen, among_others=True) if pair.name in chosen and not pair.gone]
    here = {
        side.deployments["staging"].cluster_name
        for pair in pairs
        for side in (pair.before, pair.after)
        if isinstance(side, Loaded)
    }
    clusters = [name for name in found.clusters if not names or name in names or name in here]
    return Scope(found, base, project, pairs, clusters)


def _named_in(file: Path) -> str | None:
    """The shared cluster that a community's file names; None where it names none, or cannot be read."""
    try:
        return cluster_named(read_document(file, file.name).data)
    except BadInput:
        return None


def _refuse_unknown(names: Collection[str], sides: Sequence[Files]) -> None:
    known: Mapping[str, None] = dict.fromkeys(
        name for files in sides for name in sorted(files.communities | files.clusters)
    )
    for name in names:
        if name not in known:
            raise BadInput(
                [], fault=f"no community or cluster named {name!r}; {did_you_mean(name, known, kind='names')}"
            )
