"""All communities of a checkout: which there are, what is wrong with them, and where they get in each other's way."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from components.clouds import cloud
from deployer.config.checks.helm_values import overriding
from deployer.config.domains import Domains
from deployer.config.layers import Layers
from deployer.config.load import read_document
from deployer.config.noted import Noted
from deployer.config.resolve import Resolved, resolve
from deployer.config.shared import ARCHETYPES, Shelf
from deployer.config.suggest import did_you_mean
from deployer.config.values_judged import helm_values_problems
from deployer.errors import BadInput, Place, Problem
from deployer.project import Project, yaml_files
from schemas.community import Deployment
from schemas.rollout import RolloutRules
from schemas.stage import StageName


@dataclass(frozen=True)
class Fleet:
    """The communities that were checked."""

    communities: tuple[str, ...]
    """Names, in the order they were asked for."""
    files: frozenset[str]
    """Their files, as problems name them."""
    hubs: int
    problems: tuple[Problem, ...]
    """Errors, by place."""
    warnings: tuple[Problem, ...]
    """Worth knowing, by place."""

    @property
    def summary(self) -> str:
        """How much was checked, and how much of it is wrong."""
        checked = counted(len(self.communities), "community", "communities")
        if not self.problems:
            warned = f", with {counted(len(self.warnings), 'warning')}" if self.warnings else ""
            return f"{checked}, {counted(self.hubs, 'hub')}: all fine{warned}"
        wrong = {problem.place.file for problem in self.problems}
        where = [f"{len(wrong & self.files)} of {checked}"] if wrong & self.files else []
        where += [counted(len(wrong - self.files), "other file")] if wrong - self.files else []
        return f"{counted(len(self.problems), 'problem')} in {' and '.join(where)}"


@dataclass(frozen=True)
class Loaded:
    """One community, resolved and sound."""

    deployments: Mapping[StageName, Deployment]
    warnings: tuple[Problem, ...]
    layers: Mapping[StageName, Layers]
    """For each stage, the way back from its values to where they were written."""
    rollout: RolloutRules = field(default_factory=RolloutRules)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: nothing here makes cycles, and its rounds are a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def load_fleet(project: Project, names_or_paths: Sequence[str] = ()) -> Fleet:
    """Check communities: all (and all that they share), or those of these names or paths.

    What is wrong is in the result. Raises BadInput for a name that no community has.
    """
    with uncollected():
        return _load_fleet(project, names_or_paths)


def _load_fleet(project: Project, names_or_paths: Sequence[str]) -> Fleet:
    shelf, domains = Shelf(project), Domains()
    files = _selected(project, names_or_paths) if names_or_paths else _communities(project)
    problems: dict[Problem, None] = {}
    hubs = 0
    for file in files.values():
        resolved = _resolved(file, shelf, domains)
        hubs += len(resolved.deployments)
        problems.update(dict.fromkeys([*resolved.problems, *_overridden(resolved)]))
    if names_or_paths:
        _note_others(project, files, domains)
    else:
        of_all = (*shelf.problems(), *_misnamed(project), *shelf.secrets.of_all(files.keys()))
        problems.update(dict.fromkeys(of_all))
    problems.update(dict.fromkeys(domains.clashes(files.keys())))
    return Fleet(
        communities=tuple(files),
        files=frozenset(file.label for file in files.values()),
        hubs=hubs,
        problems=_of(problems, "error"),
        warnings=_of(problems, "warning"),
    )


def load_deployments(project: Project, name: str) -> Loaded:
    """Both stages of a community, frozen, with nothing left open.

    Raises BadInput with all that is wrong with it, clashes with other communities included.
    """
    loaded = load_each(project, [name])[name]
    if isinstance(loaded, BadInput):
        raise loaded
    return loaded


def load_each(
    project: Project, names: Sequence[str], *, archetypes: Path = ARCHETYPES, among_others: bool = True
) -> dict[str, Loaded | BadInput]:
    """Several communities as `load_deployments` loads each, in one pass over the fleet: a sound one, or its error.

    Another revision of the project has `archetypes` of its own. Without `among_others`, clashes with the rest of the
    fleet, which is read for nothing else, are not looked for. Raises BadInput for a name that no community has.
    """
    files = _named(project, names)
    shelf, domains = Shelf(project, archetypes=archetypes), Domains()
    resolved = {name: _resolved(file, shelf, domains) for name, file in files.items()}
    if among_others:
        _note_others(project, files, domains)
    clashes: dict[str, list[Problem]] = {name: [] for name in files}
    for name, clash in domains.clashes_by_community(files.keys()):
        clashes[name].append(clash)
    return {name: _outcome(name, resolved[name], clashes[name]) for name in files}


def _outcome(name: str, resolved: Resolved, clashes: Sequence[Problem]) -> Loaded | BadInput:
    problems = [*resolved.problems, *clashes]
    errors = _of(problems, "error")
    if errors:
        return BadInput(errors, fault=f"{counted(len(errors), 'problem')} in {name!r}")
    said = [*_of(problems, "warning"), *_cloud_warnings(resolved)]
    return Loaded(resolved.deployments, tuple(said), resolved.layers, resolved.rollout)


def counted(count: int, singular: str, plural: str = "") -> str:
    """A number and its noun: 1 hub, 2 hubs."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


class _File(NamedTuple):
    name: str
    path: Path
    label: str
    """How problems name it."""


def _communities(project: Project) -> dict[str, _File]:
    """All communities of a checkout, by name, in order."""
    folder = project.relative(project.communities)
    paths = yaml_files(project.communities)
    return {path.stem: _File(path.stem, path, f"{folder}/{path.name}") for path in paths}


def _named(project: Project, names: Sequence[str]) -> dict[str, _File]:
    known = _communities(project)
    unknown = list(dict.fromkeys(name for name in names if name not in known))
    if unknown:
        remedy = did_you_mean(unknown[0], known, kind="communities")
        raise BadInput([], fault=f"no community named {', '.join(map(repr, unknown))}; {remedy}")
    return {name: known[name] for name in names}


def _selected(project: Project, names_or_paths: Sequence[str]) -> dict[str, _File]:
    """Communities by name, or by path to a file or folder of files."""
    selected: dict[str, _File] = {}
    for word in names_or_paths:
        if os.sep not in word and not word.endswith((".yaml", ".yml")):
            selected.update(_named(project, [word]))
            continue
        path = Path(word).absolute()
        paths = yaml_files(path) if path.is_dir() else [path]
        selected.update({path.stem: _File(path.stem, path, project.relative(path)) for path in paths})
    return selected


def _resolved(file: _File, shelf: Shelf, domains: Domains) -> Resolved:
    try:
        document = read_document(file.path, file.label)
    except BadInput as error:
        return Resolved(problems=list(error.problems))
    domains.add(document.data, file.name, file.path, file.label)
    resolved = _judged(resolve(document, shelf, file.name), shelf.project)
    resolved.problems += shelf.secrets.problems(file.name, resolved.deployments, resolved.layers)
    return resolved


def _overridden(resolved: Resolved) -> list[Problem]:
    """Warnings of helm values that go over fields, once for both stages."""
    noted = Noted()
    for stage, deployment in resolved.deployments.items():
        noted.findings(overriding(deployment), resolved.layers[stage])
    return noted.problems


def _judged(resolved: Resolved, project: Project) -> Resolved:
    """With what charts refuse of helm values."""
    sound = not any(problem.severity == "error" for problem in resolved.problems)
    for stage, deployment in resolved.deployments.items():
        found = helm_values_problems(deployment, resolved.layers[stage], project, sound=sound)
        resolved.problems += [problem for problem in found if problem not in resolved.problems]
    return resolved


def _note_others(project: Project, files: Mapping[str, _File], domains: Domains) -> None:
    """Of all other communities just their domains; what else may be wrong with them is not asked."""
    for name, file in _communities(project).items():
        if name not in files:
            try:
                domains.add(read_document(file.path, file.label).data, name, file.path, file.label)
            except BadInput:
                continue


def _misnamed(project: Project) -> list[Problem]:
    return [
        Problem(
            place=Place(project.relative(file)),
            path="",
            fault="it is never read: community files end in .yaml",
            remedy=f"rename it to {file.stem}.yaml",
        )
        for file in sorted(project.communities.glob("*.yml"))
    ]


def _cloud_warnings(resolved: Resolved) -> list[Problem]:
    """What the cloud has to say before a deploy, once for both stages."""
    said: dict[Problem, None] = {}
    for stage, deployment in resolved.deployments.items():
        place, path = resolved.layers[stage].locate(("cluster", "provider"))
        for warning in cloud(deployment.cluster.provider).warnings(deployment):
            said[Problem(place=place, path=path, fault=warning, severity="warning")] = None
    return list(said)


def _of(problems: Iterable[Problem], severity: str) -> tuple[Problem, ...]:
    chosen = (problem for problem in problems if problem.severity == severity)
    return tuple(sorted(chosen, key=lambda problem: (problem.place, problem.path)))
