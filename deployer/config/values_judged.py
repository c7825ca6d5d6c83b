"""Which charts can judge a hub's values: those that this machine has fetched already."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from components.clouds import cloud
from deployer.config.document import path_text
from deployer.project import Project
from schemas.community import Deployment

if TYPE_CHECKING:
    from deployer.charts.contents import Rules
    from deployer.config.layers import Layers
    from deployer.errors import Problem


def rules_for(deployment: Deployment, project: Project) -> Mapping[str, Rules]:
    """Of the charts that the hub is made of, as far as they are at hand; reading them makes no network request."""
    charts = tuple(cloud(deployment.cluster.provider).charts(deployment))
    return _rules(charts, deployment.cluster.chart_mirror, project.root) if charts else {}


def helm_values_problems(
    deployment: Deployment, layers: Layers, project: Project, *, sound: bool = True
) -> list[Problem]:
    """What charts refuse of a hub with helm values. Without, nothing is asked: fields make values that charts take.

    Of a deployment that is not `sound` only helm values themselves are blamed: others may follow from its faults.
    """
    if not deployment.hub.helm_values:
        return []
    rules = rules_for(deployment, project)
    if not rules:
        return []
    from deployer.config.chart_complaints import HELM_VALUES, chart_problems
    from deployer.config.values_made import CANNOT

    try:
        found = chart_problems(deployment, layers, rules)
    except CANNOT:
        if sound:
            raise
        return []
    written = path_text(HELM_VALUES)
    return found if sound else [problem for problem in found if written in problem.path]


@cache
def _rules(charts: tuple[str, ...], mirror: str | None, project: Path) -> Mapping[str, Rules]:
    from deployer.charts.contents import rules_at_hand

    return rules_at_hand(charts, mirror, project)
