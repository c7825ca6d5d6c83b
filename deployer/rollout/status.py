"""What is up, where, how healthy, and whether it is what its file says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from deployer.errors import BadInput
from deployer.project import Project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import read_settings
from deployer.rollout.ledger import Ledger
from deployer.rollout.standing import Standing, standings
from deployer.rollout.subject import Subject, load_subject, load_subjects
from schemas.stage import STAGES

State = Literal["not deployed", "unfinished", "drifted", "unhealthy", "unchecked", "up"]


@dataclass(frozen=True, kw_only=True)
class StageStatus:
    """One stage of one community."""

    community: str
    stage: str
    state: State
    url: str = ""
    healthy_since: datetime | None = None
    up_to_date: bool | None = None
    """Whether the files say what is deployed; None when they cannot be read or nothing is deployed."""
    drift: Sequence[str] = ()
    """What differs from what was deployed, a line each."""
    note: str = ""


def status(project: Project, names: Sequence[str] = ()) -> list[StageStatus]:
    """The stages of the named communities, or of all; from records and a look at the hubs, without the engine.

    Raises BadInput for a name that neither a file nor a record has.
    """
    ledger = Ledger(Backend(read_settings(project)).files)
    deployed = {stack.rpartition("-")[0] for stack in ledger.stacks() if stack.rpartition("-")[2] in STAGES}
    written = {path.stem for path in project.communities.glob("*.yaml")}
    communities = list(dict.fromkeys(names)) or sorted(deployed | written)
    for name in communities:
        if name not in deployed | written:
            load_subject(project, name, secrets_needed=False)  # says so, with the names that come near
    seen = standings(ledger, [f"{name}-{stage}" for name in communities for stage in STAGES])
    subjects = load_subjects(project, [name for name in communities if name in written])
    found: list[StageStatus] = []
    for name in communities:
        subject, note = _subject(name, subjects.get(name))
        found += [_stage(name, stage, seen[f"{name}-{stage}"], subject, note) for stage in STAGES]
    return found


def _subject(name: str, loaded: Subject | BadInput | None) -> tuple[Subject | None, str]:
    if loaded is None:
        return None, f"communities/{name}.yaml is gone"
    if isinstance(loaded, BadInput):
        return None, f"its file does not pass: {len(loaded.problems)} problem(s); deployer validate {name}"
    return loaded, ""


def _stage(community: str, stage: str, standing: Standing, subject: Subject | None, note: str) -> StageStatus:
    record = standing.record
    if record is None:
        return StageStatus(community=community, stage=stage, state="not deployed", note=note)
    current = subject.digests.stages[stage] if subject and not _secret_unknown(subject, stage) else None
    return StageStatus(
        community=community,
        stage=stage,
        state=_state(standing),
        url=record.url,
        healthy_since=record.healthy_since,
        up_to_date=None if current is None else record.inputs == current,
        drift=standing.drift,
        note=note,
    )


def _secret_unknown(subject: Subject, stage: str) -> bool:
    return subject.secrets.get(stage) is None and subject.deployments[stage].hub.auth.client is not None


def _state(standing: Standing) -> State:
    record = standing.record
    if record is None:
        return "not deployed"
    if record.inputs is None:
        return "unfinished"
    if standing.drift:
        return "drifted"
    if record.health is None:
        return "unchecked"
    return "up" if record.health.passed else "unhealthy"
