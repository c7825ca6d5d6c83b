"""What is up, where, how healthy, and whether it is what its file says now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from deployer.errors import BadInput
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.plan import NOT_CHECKED
from deployer.rollout.residents import communities_on, deployed_communities
from deployer.rollout.standing import Standing, standings
from deployer.rollout.subject import Subject, load_subject, load_subjects, stage_stack
from deployer.rollout.target import Target
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


@dataclass(frozen=True, kw_only=True)
class ClusterStatus:
    """One cluster, by its own name."""

    cluster: str
    state: State
    deployed_at: datetime | None
    up_to_date: bool | None
    """Whether its file says what is deployed; None when nothing is."""
    communities: Sequence[str]
    """Those on it."""
    kept: Sequence[str]
    """People's data that its destroy left."""


def status(place: Target, names: Sequence[str] = ()) -> list[StageStatus]:
    """The stages of the named communities, or of all in the place that the target is in; without the engine.

    From records and a look at the hubs. Raises BadInput for a name that neither a file nor a record has.
    """
    ledger = Ledger(Backend(place.settings).files)
    deployed = deployed_communities(ledger)
    written = set(place.project.community_names())
    communities = list(dict.fromkeys(names)) or sorted(deployed | written)
    for name in communities:
        if name not in deployed | written:
            load_subject(place.community(name), secrets_needed=False)  # says so, with the names that come near
    stacks = [stage_stack(name, stage) for name in communities for stage in STAGES]
    seen = standings(ledger, stacks, running=not place.simulated)
    subjects = load_subjects([place.community(name) for name in communities if name in written])
    found: list[StageStatus] = []
    for name in communities:
        subject, note = _subject(name, subjects.get(name))
        found += [
            _stage(name, stage, seen[stage_stack(name, stage)], subject, note, checked=not place.simulated)
            for stage in STAGES
        ]
    return found


def cluster_status(target: Target) -> ClusterStatus:
    """A cluster alone, from its record; raises BadInput for a name that no cluster has."""
    subject = load_subject(target)
    ledger = Ledger(Backend(target.settings).files)
    record = ledger.read(subject.cluster_stack)
    stands = record is not None and not record.kept
    return ClusterStatus(
        cluster=target.name,
        state=_cluster_state(record),
        deployed_at=record.deployed_at if record else None,
        up_to_date=record.inputs == subject.digests.cluster if record and stands else None,
        communities=communities_on(ledger, subject.cluster_stack),
        kept=record.kept if record else (),
    )


def _subject(name: str, loaded: Subject | BadInput | None) -> tuple[Subject | None, str]:
    if loaded is None:
        return None, f"communities/{name}.yaml is gone"
    if isinstance(loaded, BadInput):
        return None, f"its file does not pass: {len(loaded.problems)} problem(s); deployer validate {name}"
    return loaded, ""


def _stage(
    community: str, stage: str, standing: Standing, subject: Subject | None, note: str, *, checked: bool
) -> StageStatus:
    record = standing.record
    if record is None or record.kept:
        note = note or (f"kept: {', '.join(record.kept)}" if record else "")
        return StageStatus(community=community, stage=stage, state="not deployed", note=note)
    current = subject.digests.stages[stage] if subject and not _secret_unknown(subject, stage) else None
    return StageStatus(
        community=community,
        stage=stage,
        state=_state(standing, checked=checked),
        url=record.url,
        healthy_since=record.healthy_since,
        up_to_date=None if current is None else record.inputs == current,
        drift=standing.drift,
        note="; ".join(filter(None, [note or ("" if checked else NOT_CHECKED), str(record.back or "")])),
    )


def _secret_unknown(subject: Subject, stage: str) -> bool:
    asked = subject.deployments[stage].hub.auth.client is not None and not subject.target.simulated
    return asked and not subject.secrets.has_client_secret(stage)


def _state(standing: Standing, *, checked: bool) -> State:
    record = standing.record
    if record is None:
        return "not deployed"
    if record.inputs is None:
        return "unfinished"
    if standing.drift:
        return "drifted"
    if not checked:
        return "up"
    if record.health is None:
        return "unchecked"
    return "up" if record.health.passed else "unhealthy"


def _cluster_state(record: Record | None) -> State:
    if record is None or record.kept:
        return "not deployed"
    return "up" if record.inputs is not None else "unfinished"
