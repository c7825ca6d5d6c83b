"""What changed between two resolved deployments, as settings of the community file, and what each change does.

What a setting does is found by changing it alone, and comparing what the hub would be configured with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from components.clouds import cloud
from deployer.config.differences import MISSING, Difference, changed_leaves, differences, leaves
from deployer.config.document import Path
from deployer.config.named_entries import applied, name_of, positioned
from deployer.config.secrecy import masked
from deployer.config.setting_words import setting_in_words, value_in_words
from deployer.config.values_made import CANNOT, configuration
from deployer.errors import Place
from schemas.cluster import Cluster
from schemas.community import Deployment
from schemas.model import Model

HELM_VALUES: Path = ("hub", "helm_values")
IMAGE = ("images", "<name>")
Locate = Callable[[Path], tuple[Place, str]]
"""From a path of the deployment to its place in a file, and its path there."""
Data = Mapping[str, Any]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, kw_only=True)
class SettingChange:
    """One setting that is another than it was."""

    place: Place
    path: str
    """In the file's own terms."""
    setting: str
    """As people say it: profile Large: memory."""
    old: str
    new: str
    effects: Sequence[str] = ()
    """What it does to the hub and to people, a sentence each; empty where it makes no value of the configuration."""
    values: frozenset[Path] = frozenset()
    """Leaves of the configuration that are others because of it."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that one stage's file asks for otherwise than at its last deploy."""

    settings: Sequence[SettingChange] = ()
    values: Sequence[Difference] = ()
    """Of the charts; none where a hub needs no chart."""


def kept(deployment: Deployment) -> dict[str, Any]:
    """What to keep of a deployment, to compare the next one with; nothing secret is in it."""
    return masked(deployment.model_dump(mode="json"), deployment.stack)


def changes(before: Data, deployment: Deployment, locate: Locate) -> Changes:
    """What is otherwise than in `before`, which `kept` made."""
    after = kept(deployment)
    old = _read(before, Deployment)
    before = old.model_dump(mode="json") if old else before
    comparison = _Comparison(before, after, deployment, locate)
    return Changes(settings=tuple(comparison.settings()), values=tuple(comparison.values()))


def cluster_changes(before: Data, cluster: Cluster, locate: Locate) -> Changes:
    """The same of a cluster by itself: all that its settings make are resources."""
    after = cluster.model_dump(mode="json")
    old = _read(before, Cluster)
    found = differences(old.model_dump(mode="json") if old else before, after)
    return Changes(settings=tuple(_setting(each, after, locate, titles={}) for each in found))


class _Comparison:
    """Of two deployments of one stage, by way of those between them: one setting changed after the other."""

    def __init__(self, before: Data, after: Data, deployment: Deployment, locate: Locate) -> None:
        self.before, self.after = before, after
        self.deployment = deployment
        self.locate = locate
        self.cloud = cloud(deployment.cluster.provider)
        self.old, self.new = _configured(before), _configured(after)
        known = self.old is not None and self.new is not None
        self.touched = changed_leaves(self.old, self.new) if known else frozenset()

    def settings(self) -> Iterator[SettingChange]:
        """The stage's own, and those of its cluster that make it another hub."""
        titles = _titles(self.before) | _titles(self.after)
        for difference, values in self._attributed():
            if difference.path[0] != "cluster" or values:
                said = _setting(difference, self.after, self.locate, titles)
                effects = dict.fromkeys(self.cloud.effect(leaf) for leaf in sorted(values, key=str))
                yield replace(said, effects=tuple(effects), values=values)

    def values(self) -> Iterator[Difference]:
        """Of the charts."""
        if self.touched and self.cloud.charts(self.deployment):
            yield from differences(self.old, self.new)

    def _attributed(self) -> Iterator[tuple[Difference, frozenset[Path]]]:
        """Each difference with the values that it makes; those that cannot be one without the other share them."""
        steps = list(self._steps())
        left = self.touched.difference(*(values for _, values in steps))
        for together, values in steps:
            # What nobody made alone is owed to entries that came or went: others moved up.
            moved = any(MISSING in (each.old, each.new) for each in together)
            yield from ((each, values | left if moved else values) for each in together)

    def _steps(self) -> Iterator[tuple[list[Difference], frozenset[Path]]]:
        # With the images of both sides: settings name them on the way.
        data: Data = {**self.before, "images": {**self.after["images"], **self.before["images"]}}
        configured = self.old
        waiting: list[Difference] = []
        for difference in _settings(differences(self.before, self.after)):
            data = applied(data, difference.path, difference.new)
            waiting.append(difference)
            reached = _configured(data) if self.touched else None
            if reached is not None:
                yield waiting, changed_leaves(configured, reached) & self.touched
                waiting, configured = [], reached
        if waiting:
            yield waiting, changed_leaves(configured, self.new) & self.touched if self.touched else frozenset()


def _setting(difference: Difference, after: Data, locate: Locate, titles: Mapping[Path, str]) -> SettingChange:
    place, path = locate(positioned(after, difference.path))
    old, new = (value_in_words(side, difference.path) for side in (difference.old, difference.new))
    return SettingChange(place=place, path=path, setting=setting_in_words(difference.path, titles), old=old, new=new)


def _settings(found: Iterator[Difference]) -> Iterator[Difference]:
    """Helm values one by one, as a whole tree of them is no setting; and without what follows from other settings."""
    for each in found:
        if each.path[0] == "images" and len(each.path) == len(IMAGE):
            continue  # the catalogue's images are there because some field names them
        sides = [side for side in (each.old, each.new) if side is not MISSING]
        if each.path[:2] != HELM_VALUES or len(sides) == 2:
            yield each
            continue
        for below, value in leaves(sides[0], each.path):
            yield Difference(
                below, value if each.new is MISSING else MISSING, value if each.old is MISSING else MISSING
            )


def _configured(data: Data) -> Data | None:
    """What the deployment that plain data tells of is configured with; None where no such one can be."""
    deployment = _read(data, Deployment)
    try:
        return configuration(deployment) if deployment else None
    except CANNOT:
        return None


def _read(data: Any, model: type[M]) -> M | None:
    """The model that plain data tells of; None where no such one can be, or another version wrote it."""
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def _titles(data: Any, path: Path = ()) -> dict[Path, str]:
    """What people call the entries of lists, by path."""
    found: dict[Path, str] = {}
    if isinstance(data, Mapping):
        if path and isinstance(data.get("title"), str):
            found[path] = data["title"]
        for key, item in data.items():
            found |= _titles(item, (*path, key))
    elif isinstance(data, list):
        for item in data:
            if isinstance(item, Mapping) and name_of(item):
                found |= _titles(item, (*path, str(name_of(item))))
    return found
