"""The health check of hubs that are deployed, whenever somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from deployer.errors import DeployerError
from deployer.project import Project
from deployer.rollout.access import health_target, hub_url, record_health
from deployer.rollout.health.check import check_hub
from deployer.rollout.health.result import HealthResult, Step
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Listener


def check_deployed(
    project: Project,
    community: str,
    stages: Sequence[str],
    *,
    gpu: bool,
    interruption: Interruption,
    listen: Listener,
    on_hub: Callable[[str, str], None],
    on_step: Callable[[Step], None],
    on_start: Callable[[str], None],
    on_told: Callable[[str], None],
) -> Iterator[tuple[str, HealthResult]]:
    """Check the stages one after the other and keep each result in the records; `on_hub` hears stage and address first.

    With `gpu` a server with a GPU is started too. With several stages those that are not deployed are left out.
    Raises DeployerError when none of them is.
    """
    for stage in _deployed(project, community, stages):
        target = health_target(project, community, stage, gpu=gpu, interruption=interruption, listen=listen)
        on_hub(stage, target.url)
        result = check_hub(target, on_step=on_step, on_start=on_start, on_told=on_told)
        record_health(project, community, stage, result)
        yield stage, result


def _deployed(project: Project, community: str, stages: Sequence[str]) -> list[str]:
    deployed: list[str] = []
    missing: list[DeployerError] = []
    for stage in stages:
        try:
            hub_url(project, community, stage)
        except DeployerError as error:
            missing.append(error)
        else:
            deployed.append(stage)
    if not deployed and missing:
        raise missing[0]
    return deployed
