"""Takes a community's hubs down, prod first; people's data stays unless told otherwise."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.clouds import cloud
from deployer.errors import Interrupted
from deployer.project import Project
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import read_settings
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.opening import open_engine
from deployer.rollout.plan import CLUSTER, program
from deployer.rollout.progress import Listener, StepDone, StepStarted
from deployer.rollout.stage import counted
from deployer.rollout.subject import Subject, load_subject
from schemas.stage import STAGES

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine, Outcome


@dataclass(frozen=True, kw_only=True)
class Doomed:
    """What a destroy would take down."""

    community: str
    stacks: Mapping[str, str]
    """Stack by part, in the order of taking down; empty when nothing is deployed."""
    cluster_users: Sequence[str]
    """Other communities that keep the cluster up."""


@dataclass(frozen=True, kw_only=True)
class Destroyed:
    """What was taken down, and what is left."""

    community: str
    stacks: Sequence[str]
    kept: Sequence[str]
    """Where people's data still is."""
    cluster_users: Sequence[str]
    seconds: float


def doomed(project: Project, name: str, *, stages: Sequence[str] = STAGES) -> Doomed:
    """What `destroy` would take down; raises BadInput for a name that neither a file nor a stack has."""
    backend = Backend(read_settings(project))
    ledger = Ledger(backend.files)
    stacks: dict[str, str] = {stage: f"{name}-{stage}" for stage in reversed(STAGES) if stage in stages}
    existing: dict[str, str] = {stage: stack for stage, stack in stacks.items() if backend.exists(stack)}
    cluster = _cluster_stack(project, ledger, name)
    others = _others(ledger, name, cluster)
    if set(stages) == set(STAGES) and not others and backend.exists(cluster):
        existing[CLUSTER] = cluster
    return Doomed(community=name, stacks=existing, cluster_users=others)


def destroy(
    project: Project,
    plan: Doomed,
    *,
    delete_data: bool = False,
    interruption: Interruption,
    listen: Listener,
) -> Destroyed:
    """Take down what `doomed` named, hubs before their cluster; with `delete_data` people's data goes too.

    Raises EngineFailed; Interrupted. Whatever it raises, the same call goes on from there.
    """
    began = time.monotonic()
    kept: list[str] = []
    try:
        engine = open_engine(project, plan.community, interruption=interruption, listen=listen)
        subject = load_subject(project, plan.community, secrets_needed=False) if delete_data else None
        with claimed(engine.backend, plan.community, listen):
            for part, stack in plan.stacks.items():
                started = time.monotonic()
                listen(StepStarted(step=f"destroy {part}"))
                outcome = _take_down(engine, subject, part, stack, kept)
                detail = counted(outcome.changes)
                listen(StepDone(step=f"destroy {part}", seconds=time.monotonic() - started, detail=detail))
    except (KeyboardInterrupt, Interrupted) as error:
        left = error.left if isinstance(error, Interrupted) else ""
        raise Interrupted("interrupted", left=left, remedy="the same command goes on from there") from None
    return Destroyed(
        community=plan.community,
        stacks=tuple(plan.stacks.values()),
        kept=kept,
        cluster_users=plan.cluster_users,
        seconds=time.monotonic() - began,
    )


def _take_down(engine: Engine, subject: Subject | None, part: str, stack: str, kept: list[str]) -> Outcome:
    ledger = Ledger(engine.backend.files)
    record = ledger.read(stack)
    data_types = cloud(record.provider).data_types if record else ()
    if record is not None:
        ledger.write(stack, record.unfinished())
    if subject is not None and part != CLUSTER:
        # Data is kept unless its resource says otherwise, so it is told so first; the hub itself is left alone.
        engine.up(stack, program(subject, part, keep_data=False), only_types=subject.cloud.data_types)
    outcome = engine.destroy(stack)
    ledger.forget(stack)
    if subject is None:
        # Where data stays, and whether there was any, only the provider knows; it says so.
        types = {change.urn: change.type for change in outcome.changes}
        said = [remark for remark in outcome.remarks if types.get(remark.urn) in data_types]
        kept += [remark.message.removeprefix("kept: ") for remark in said]
    return outcome


def _cluster_stack(project: Project, ledger: Ledger, name: str) -> str:
    for stage in STAGES:
        record = ledger.read(f"{name}-{stage}")
        if record is not None:
            return record.cluster_stack
    return load_subject(project, name, secrets_needed=False).cluster_stack


def _others(ledger: Ledger, name: str, cluster: str) -> list[str]:
    """Other communities with a stage on the cluster."""
    found = set()
    for stack in ledger.stacks():
        community, _, stage = stack.rpartition("-")
        if stage not in STAGES or community == name:
            continue
        record = ledger.read(stack)
        if record is not None and record.cluster_stack == cluster:
            found.add(community)
    return sorted(found)
