"""The health check of many hubs side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from deployer.errors import DeployerError, Interrupted, unforeseen
from deployer.project import Project
from deployer.rollout.access import health_target, record_health
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import read_settings
from deployer.rollout.health.check import check_hub
from deployer.rollout.health.result import HealthResult, Step
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Listener, Note
from deployer.rollout.residents import deployed_communities
from deployer.rollout.subject import load_subject, stage_stack
from deployer.rollout.target import Target

HUBS_AT_ONCE = 8
"""A check mostly waits: for pods, for kernels."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One hub's check, or why there was none."""

    community: str
    stage: str
    seconds: float
    result: HealthResult | None = None
    error: DeployerError | None = None

    @property
    def healthy(self) -> bool:
        return self.result is not None and self.result.healthy


def check_fleet(
    project: Project,
    names: Sequence[str],
    stages: Sequence[str],
    *,
    gpu: bool,
    interruption: Interruption,
    listen: Listener,
    on_checked: Callable[[Checked], None],
) -> list[Checked]:
    """Check each deployed hub of the named communities, or of all; keeps each result in the records.

    A hub that cannot be checked keeps no other from it. `on_checked` hears each as it ends, one at a time. In the order
    of names and stages. Raises BadInput for a name that neither a file nor a record has, DeployerError where nothing is
    deployed, Interrupted.
    """
    hubs = _deployed(project, names, stages)

    def check(community: str, stage: str) -> Checked:
        if interruption.count:
            raise Interrupted("interrupted", left="what was checked is kept")
        began = time.monotonic()
        try:
            target = health_target(project, community, stage, gpu=gpu, interruption=interruption, listen=listen)
            result = check_hub(target, on_step=_nothing)
            record_health(project, community, stage, result)
        except Interrupted:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others go on
            words = f"health {community} --stage {stage}"
            error = fault if isinstance(fault, DeployerError) else unforeseen(f"{community}-{stage}", fault, words)
            return Checked(community=community, stage=stage, seconds=time.monotonic() - began, error=error)
        return Checked(community=community, stage=stage, seconds=result.seconds, result=result)

    with ThreadPoolExecutor(max_workers=HUBS_AT_ONCE) as pool:
        under_way = {pool.submit(check, *hub): hub for hub in hubs}
        found = {}
        try:
            for done in as_completed(under_way):
                found[under_way[done]] = done.result()
                on_checked(found[under_way[done]])
        except KeyboardInterrupt:
            # A check that is let end takes its user and server away again.
            listen(Note(text="stopping: checks in progress are finished first"))
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return [found[hub] for hub in hubs]


def _nothing(_: Step) -> None:
    """Steps of hubs that are checked at once would run into each other."""


def _deployed(project: Project, names: Sequence[str], stages: Sequence[str]) -> list[tuple[str, str]]:
    ledger = Ledger(Backend(read_settings(project)).files)
    deployed = deployed_communities(ledger)
    for name in names:
        if name not in deployed:
            load_subject(Target(project=project, name=name), secrets_needed=False)  # says so, with near names
    hubs = []
    for name in names or sorted(deployed):
        for stage in stages:
            record = ledger.read(stage_stack(name, stage))
            if record is not None and record.facts and not record.kept:
                hubs.append((name, stage))
    if not hubs:
        raise DeployerError("no hub is deployed there", remedy="deployer status tells what is")
    return hubs
