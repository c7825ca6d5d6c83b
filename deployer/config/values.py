"""The values of a hub's Helm charts, and where in people's files each of them comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.clouds import cloud
from deployer.config.document import Path
from deployer.config.explain import in_words
from deployer.config.fleet import Loaded, load_deployments, load_each, uncollected
from deployer.config.values_made import Makers, escaped_to
from deployer.errors import BadInput
from deployer.project import Project
from schemas.community import Deployment

if TYPE_CHECKING:
    from deployer.config.layers import Layers, Origin


@dataclass(frozen=True, kw_only=True)
class HubValues:
    """Of one stage."""

    community: str
    stage: str
    values: Mapping[str, Any]
    """By chart."""


@dataclass(frozen=True, kw_only=True)
class ValueOrigin:
    """Where one value comes from."""

    field: str
    """Of the deployment, as a path; empty for what is the same for every hub."""
    origin: Origin | None = None
    """Of that field's own value."""

    def __str__(self) -> str:
        if self.origin is None:
            return "always"
        return f"{in_words(self.origin)}: {self.field}"


def stage_values(loaded: Loaded, stages: Sequence[str]) -> list[HubValues]:
    """Of one community's stages. Raises BadInput where its hubs need no charts."""
    chosen = [deployment for stage, deployment in loaded.deployments.items() if stage in stages]
    for deployment in chosen:
        there = cloud(deployment.cluster.provider)
        if not there.charts(deployment):
            raise BadInput(
                [],
                fault=f"{deployment.community} has no charts: on {there.title} a hub needs no Kubernetes",
                remedy=f"deployer show {deployment.community} prints its settings",
            )
    return [_of(deployment) for deployment in chosen]


def community_values(project: Project, name: str, stages: Sequence[str]) -> tuple[Loaded, list[HubValues]]:
    """Of a community by its name. Raises BadInput."""
    loaded = load_deployments(project, name)
    return loaded, stage_values(loaded, stages)


def fleet_values(project: Project, stages: Sequence[str]) -> Iterator[HubValues]:
    """Of all communities whose hubs are made of charts, one after another.

    Raises BadInput with all that is wrong with any of them, before the first.
    """
    with uncollected():
        found = load_each(project, project.community_names())
    wrong = [error for error in found.values() if isinstance(error, BadInput)]
    if wrong:
        problems = [problem for error in wrong for problem in error.problems]
        raise BadInput(problems, fault=f"{len(wrong)} of {len(found)} communities cannot be used")
    for loaded in found.values():
        if isinstance(loaded, Loaded):
            yield from (
                _of(deployment)
                for stage, deployment in loaded.deployments.items()
                if stage in stages and cloud(deployment.cluster.provider).charts(deployment)
            )


class Origins:
    """Where the values of one stage come from, found by difference."""

    def __init__(self, deployment: Deployment, layers: Layers) -> None:
        self._makers = Makers(deployment)
        self._said = deployment.hub.helm_values
        self._layers = layers

    def __call__(self, path: Path) -> ValueOrigin:
        """Of the value at a path that begins with the chart; its list entries by name or position."""
        from deployer.config.explain import origin

        field = self.field(path)
        if field is None:
            return ValueOrigin(field="")
        return ValueOrigin(field=self._layers.locate(field)[1], origin=origin(self._layers, field))

    def field(self, path: Path) -> Path | None:
        """The field of the deployment; None for what is the same for every hub."""
        return escaped_to(self._said, path) or next(iter(self._makers.makers(path)), None)


def _of(deployment: Deployment) -> HubValues:
    values = cloud(deployment.cluster.provider).configuration(deployment)
    return HubValues(community=deployment.community, stage=deployment.stage, values=values)
