"""What there is to do in a fleet, found out without the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deployer.errors import DeployerError
from deployer.rollout.deploy import work_on
from deployer.rollout.fleet.members import cluster_of
from deployer.rollout.fleet.waves import been_up
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Listener
from deployer.rollout.promotion import Manner
from deployer.rollout.subject import CLUSTER, Subject

LOOKS_AT_ONCE = 32
"""Records are read from a bucket, and hubs are looked at: nearly all of it is waiting."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Subjects that something must be done to, and the others."""

    communities: Mapping[str, Subject]
    """By name, in the order asked for."""
    clusters: Mapping[str, Subject]
    """By name."""
    parts: Mapping[str, Sequence[str]]
    """By community: its stages that something must be done to."""
    changing: frozenset[str]
    """Those of `communities` that were up before."""
    unchanged: Sequence[str]
    refused: Mapping[str, DeployerError]
    """By community."""


def survey(
    subjects: Sequence[Subject],
    clusters: Sequence[Subject],
    ledger: Ledger,
    *,
    stages: Sequence[str],
    manner: Manner,
    listen: Listener,
) -> Survey:
    """Look at them all, and at each cluster once; by digests of inputs, records, and a look at hubs that run.

    `clusters` are those to look at besides the ones that the communities stand on.
    """
    alone = {subject.cluster_name: cluster_of(subject) for subject in (*clusters, *subjects)}

    def look(subject: Subject) -> Sequence[str] | DeployerError:
        try:
            return work_on(subject, stages=stages, ledger=ledger, listen=listen, manner=manner)
        except DeployerError as error:
            return error

    with ThreadPoolExecutor(max_workers=LOOKS_AT_ONCE) as pool:
        looks = dict(zip((subject.name for subject in subjects), pool.map(look, subjects), strict=True))
        of_clusters = dict(zip(alone, pool.map(look, alone.values()), strict=True))
    parts = {
        name: [part for part in found if part != CLUSTER]
        for name, found in looks.items()
        if not isinstance(found, DeployerError)
    }
    communities = {subject.name: subject for subject in subjects if parts.get(subject.name)}
    return Survey(
        communities=communities,
        clusters={name: alone[name] for name, found in of_clusters.items() if found == [CLUSTER]},
        parts={name: parts[name] for name in communities},
        changing=frozenset(name for name, subject in communities.items() if _been_up(subject, ledger)),
        unchanged=[name for name, found in parts.items() if not found],
        refused={name: found for name, found in looks.items() if isinstance(found, DeployerError)},
    )


def _been_up(subject: Subject, ledger: Ledger) -> bool:
    return been_up(subject, {stage: ledger.read(subject.stack(stage)) for stage in subject.stages})
