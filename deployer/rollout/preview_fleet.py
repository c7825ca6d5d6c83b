"""A look ahead at several communities at once: what a deploy of each would change."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.errors import DeployerError, Interrupted
from deployer.project import Project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.limits import STACKS_AT_ONCE
from deployer.rollout.fleet.members import cluster_of, sound
from deployer.rollout.fleet.reading import ReadOnce
from deployer.rollout.fleet.survey import LOOKS_AT_ONCE
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.opening import open_engine
from deployer.rollout.plan import Plan, make_plan
from deployer.rollout.possible import refuse_impossible
from deployer.rollout.progress import Listener, StepDone, StepStarted
from deployer.rollout.subject import CLUSTER, Subject

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a deploy of one community, or of a cluster that several share, would change; or why it could not."""

    name: str
    plan: Plan | None = None
    error: DeployerError | None = None


def preview_fleet(
    project: Project,
    names: Sequence[str],
    *,
    stages: Sequence[str],
    simulated: bool = False,
    at_once: int = STACKS_AT_ONCE,
    interruption: Interruption,
    listen: Listener,
) -> list[Look]:
    """Previews of clusters, each once, and of the communities on them, in the order of their names.

    One that cannot be previewed keeps no other from it. `at_once` is how many stacks the engine looks at. Raises
    Interrupted.
    """
    subjects, refused = sound(project, names, simulated=simulated, secrets_needed=False)
    subjects, impossible = _possible(subjects)
    engines = _engines(subjects, interruption, listen)
    clusters = {subject.cluster_name: cluster_of(subject) for subject in subjects}
    parts = [
        *((cluster, CLUSTER) for cluster in clusters.values()),
        *((subject, stage) for subject in subjects for stage in subject.stages if stage in stages),
    ]

    def look(work: tuple[Subject, str]) -> Look:
        subject, part = work
        if interruption.count:
            raise Interrupted("interrupted", left="nothing was touched")
        began = time.monotonic()
        listen(StepStarted(step=subject.stack(part)))
        try:
            plan = make_plan(subject, engines[subject.cluster.provider], [part])
        except Interrupted:
            raise
        except DeployerError as error:
            return Look(name=subject.name, error=error)
        listen(StepDone(step=subject.stack(part), seconds=time.monotonic() - began))
        return Look(name=subject.name, plan=plan)

    with ThreadPoolExecutor(max_workers=at_once) as pool:
        bad = [Look(name=name, error=error) for name, error in {**refused, **impossible}.items()]
        return [*bad, *_together(list(pool.map(look, parts)))]


def _possible(subjects: Sequence[Subject]) -> tuple[list[Subject], Mapping[str, DeployerError]]:
    """Those that can be asked of their clusters, and by name why the others cannot."""
    if not subjects:
        return [], {}
    ledger = ReadOnce(Ledger(Backend(subjects[0].target.settings).files))

    def fault(subject: Subject) -> DeployerError | None:
        try:
            refuse_impossible(subject, ledger)
        except DeployerError as error:
            return error
        return None

    with ThreadPoolExecutor(max_workers=LOOKS_AT_ONCE) as pool:
        faults = dict(zip((subject.name for subject in subjects), pool.map(fault, subjects), strict=True))
    refused = {name: error for name, error in faults.items() if error is not None}
    return [subject for subject in subjects if subject.name not in refused], refused


def _engines(subjects: Sequence[Subject], interruption: Interruption, listen: Listener) -> Mapping[str, Engine]:
    """One for each cloud that is at hand."""
    by_provider = {subject.cluster.provider: subject for subject in subjects}
    return {
        provider: open_engine(
            subject.target, provider=provider, tools=subject.cloud.tools, interruption=interruption, listen=listen
        )
        for provider, subject in by_provider.items()
    }


def _together(looks: Sequence[Look]) -> list[Look]:
    """One for each name: the plan of all its stacks, or its first error."""
    found: dict[str, Look] = {}
    for look in looks:
        known = found.get(look.name)
        if known is None or (look.error and not known.error):
            found[look.name] = look
        elif known.plan and look.plan:
            plan = Plan(name=look.name, stacks=(*known.plan.stacks, *look.plan.stacks))
            found[look.name] = Look(name=look.name, plan=plan)
    return list(found.values())
