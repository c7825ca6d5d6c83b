"""One community file, resolved: archetype < community < stage, and a deployment per stage."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from deployer.config.checks import Finding, check_cluster, findings
from deployer.config.checks.images import images_named
from deployer.config.checks.maintenance import check_maintenance
from deployer.config.document import Document, Path
from deployer.config.layers import Layer, Layers
from deployer.config.merging import merge, merge_stage
from deployer.config.noted import Noted
from deployer.config.shared import Shelf
from deployer.config.suggest import did_you_mean
from deployer.errors import Problem
from schemas.cluster import Cluster
from schemas.community import Community, Deployment
from schemas.hub import Hub
from schemas.image import ResolvedImage, is_reference
from schemas.rollout import RolloutRules
from schemas.stage import STAGES, StageName

STAGING_PREFIX = "staging."
UNNAMED = "unnamed"
"""Stands in for a name or title that is missing or wrong, so that the rest can be checked."""
HUB: Path = ("hub",)
LEANS_ON = {"profiles": {"groups", "image", "resources"}, "roles": {"groups"}, "shared_directories": {"groups"}}
"""Fields of a hub whose checks look at other fields, and would blame them for what was wrong there."""


@dataclass
class Resolved:
    """What became of one file. With errors among the problems, deployments may be missing or incomplete."""

    deployments: dict[StageName, Deployment] = field(default_factory=dict)
    layers: dict[StageName, Layers] = field(default_factory=dict)
    rollout: RolloutRules = field(default_factory=RolloutRules)
    problems: list[Problem] = field(default_factory=list)
    """Errors and warnings, each once."""


def resolve(document: Document, shelf: Shelf, name: str) -> Resolved:
    """Resolve a community file and check it for all that it can show by itself. `name` is the file's."""
    noted = Noted()
    own = Layer(kind="file", document=document, inside=(), supplies=())
    noted.findings(_name(document.data, name), Layers([own]))
    community, sound = _community(document.data, noted, Layers([own]))
    noted.findings(check_maintenance(community.rollout), Layers([own]))
    cluster, below = _cluster(community, shelf, noted, own) if "cluster" in sound else (None, [])
    return _Stages(community, cluster, own, [*below, *_other_layers(community, own, shelf)], shelf, noted).resolve()


def _name(data: dict[str, Any], name: str) -> Iterator[Finding]:
    said = data.get("name")
    if isinstance(said, str) and said != name:
        fault = f"the name is {said!r}, but the file's is {name!r}"
        yield Finding(("name",), fault, f"write name: {name}, or rename the file")


def _community(data: dict[str, Any], noted: Noted, own: Layers) -> tuple[Community, Collection[str]]:
    """The file as a model, and the keys that are sound; what is not is replaced, so that the rest can be checked."""
    community = noted.validated(Community, data, (), own)
    if community is not None:
        return community, data.keys()
    needed = {"name": UNNAMED, "title": UNNAMED, "cluster": UNNAMED}
    usable = {
        key: value
        for key, value in data.items()
        if key in Community.model_fields and Noted().validated(Community, {**needed, key: value}, (), own)
    }
    return Community.model_validate({**needed, **usable}), usable.keys()


def _cluster(community: Community, shelf: Shelf, noted: Noted, own: Layer) -> tuple[Cluster | None, list[Layer]]:
    """The cluster and the layer it came from; no cluster when it is noted why there is none."""
    named, here = community.cluster, Layers([own])
    if isinstance(named, Cluster):
        noted.findings(_at(("cluster",), check_cluster(community.name, named)), here)
        if community.name in shelf.cluster_names:
            fault = f"clusters/{community.name}.yaml has this name too, and each would be {community.name}-cluster"
            noted.findings([Finding(("cluster",), fault, f"use it with cluster: {community.name}, or rename it")], here)
        return named, []
    if named not in shelf.cluster_names:
        remedy = did_you_mean(named, shelf.cluster_names, kind="files in clusters/")
        noted.findings([Finding(("cluster",), f"no cluster named {named!r}", remedy)], here)
        return None, []
    shared = shelf.cluster(named)
    noted.add(shared.problems)
    if shared.document is None:
        return None, []
    return shared.value, [Layer(kind="cluster", document=shared.document, inside=(), supplies=("cluster",))]


def _at(path: Path, found: Iterator[Finding]) -> Iterator[Finding]:
    for finding in found:
        yield Finding((*path, *finding.path), finding.fault, finding.remedy, finding.severity)


def _other_layers(community: Community, own: Layer, shelf: Shelf) -> list[Layer]:
    named = [("name", "community"), *([("cluster", "cluster_name")] if isinstance(community.cluster, str) else [])]
    return [
        *(Layer(kind="file", document=own.document, inside=(key,), supplies=(name,)) for key, name in named),
        own,
        Layer(kind="archetype", document=shelf.archetype(community.archetype), inside=HUB, supplies=HUB),
    ]


class _Stages:
    """The two stages of one community."""

    def __init__(
        self,
        community: Community,
        cluster: Cluster | None,
        own: Layer,
        layers: list[Layer],
        shelf: Shelf,
        noted: Noted,
    ) -> None:
        self.community = community
        self.cluster = cluster
        self.own = own
        self.layers = layers
        """Those that both stages have, the strongest first."""
        self.shelf = shelf
        self.noted = noted
        self.unsound: dict[StageName, set[str]] = {}
        """Fields of the hub that the model refused, and those that lean on them."""
        self.result = Resolved(rollout=community.rollout)

    def resolve(self) -> Resolved:
        for stage in STAGES:
            self._resolve(stage)
        alike = not any(overrides.hub for overrides in self.community.stages.values())
        for stage, deployment in self.result.deployments.items():
            if stage == "prod" or not alike:
                found = (each for each in findings(deployment) if not self._was_refused(stage, each.path))
                self.noted.findings(found, self.result.layers[stage])
        self.result.problems = self.noted.problems
        return self.result

    def _resolve(self, stage: StageName) -> None:
        derived: dict[Path, str] = {}
        over = self._overrides(stage)
        layers = Layers([*self._stage_layers(stage, over), *self.layers], derived)
        merged, hub = self._hub(over, layers, derived)
        if hub is None:
            hub = self._sound_part(stage, merged, layers)
        if stage == "staging" and hub.domain and "domain" not in over:
            hub = hub.model_copy(update={"domain": STAGING_PREFIX + hub.domain})
            derived["hub", "domain"] = f"{STAGING_PREFIX} before hub.domain"
        images = self._images(hub, layers)
        if self.cluster is None:
            return
        if isinstance(self.community.cluster, Cluster):
            derived["cluster_name",] = "the community's name"
        self.result.layers[stage] = Layers([*layers.layers, *self._image_layers(images)], derived)
        self.result.deployments[stage] = Deployment(
            community=self.community.name,
            stage=stage,
            title=self.community.title,
            archetype=self.community.archetype,
            contacts=self.community.contacts,
            cluster_name=self.community.cluster if isinstance(self.community.cluster, str) else self.community.name,
            cluster=self.cluster,
            hub=hub,
            images=images,
        )

    def _overrides(self, stage: StageName) -> dict[str, Any]:
        return self.community.stages[stage].hub if stage in self.community.stages else {}

    def _stage_layers(self, stage: StageName, over: dict[str, Any]) -> list[Layer]:
        inside: Path = ("stages", stage, "hub")
        return [Layer(kind="file", document=self.own.document, inside=inside, supplies=HUB)] if over else []

    @cached_property
    def _base(self) -> dict[str, Any]:
        """The hub's fields before any stage has its say."""
        defaults: dict[str, Any] = self.shelf.archetype(self.community.archetype).data["hub"]
        return merge(defaults, self.community.hub)  # type: ignore[no-any-return]

    @cached_property
    def _base_hub(self) -> Hub | None:
        return self.noted.validated(Hub, self._base, HUB, Layers(self.layers))

    def _hub(self, over: dict[str, Any], layers: Layers, derived: dict[Path, str]) -> tuple[dict[str, Any], Hub | None]:
        """The stage's fields, and the hub that they make unless the model refuses them."""
        if not over:
            return self._base, self._base_hub
        merged, left = merge_stage(self._base, over)
        derived.update({("hub", "auth", name): "left behind with another auth.type" for name in left})
        return merged, self.noted.validated(Hub, merged, HUB, layers)

    def _sound_part(self, stage: StageName, data: dict[str, Any], layers: Layers) -> Hub:
        """A hub of the fields that are right by themselves, so that they are checked in the same run."""
        refused = {
            key
            for key, value in data.items()
            if key not in Hub.model_fields or Noted().validated(Hub, {key: value}, HUB, layers) is None
        }
        self.unsound[stage] = refused | {key for key, others in LEANS_ON.items() if others & refused}
        return Hub.model_validate({key: value for key, value in data.items() if key not in self.unsound[stage]})

    def _was_refused(self, stage: StageName, path: Path) -> bool:
        return len(path) > 1 and path[0] == "hub" and path[1] in self.unsound.get(stage, ())

    def _images(self, hub: Hub, layers: Layers) -> dict[str, ResolvedImage]:
        images: dict[str, ResolvedImage] = {}
        for path, name in _catalogue_images(hub):
            if name not in self.shelf.image_names:
                remedy = did_you_mean(name, self.shelf.image_names, kind="images in images/")
                self.noted.findings([Finding(path, f"no image named {name!r}", remedy)], layers)
                continue
            shared = self.shelf.image(name)
            self.noted.add(shared.problems)
            if shared.value:
                images[name] = shared.value
        return images

    def _image_layers(self, images: dict[str, ResolvedImage]) -> Iterator[Layer]:
        for name in images:
            document = self.shelf.image(name).document
            if document:
                yield Layer(kind="image", document=document, inside=(), supplies=("images", name))


def _catalogue_images(hub: Hub) -> Iterator[tuple[Path, str]]:
    return ((path, image) for path, image in images_named(hub) if not is_reference(image))
