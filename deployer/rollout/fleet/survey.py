"""What there is to do in a fleet, found out without the engine."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from deployer.errors import DeployerError
from deployer.rollout.adopting import may_be_adopted
from deployer.rollout.deploy import Outlook, outlook
from deployer.rollout.fleet.adopted import Adopted
from deployer.rollout.fleet.members import cluster_of
from deployer.rollout.fleet.reading import ReadOnce
from deployer.rollout.fleet.result import Refusals
from deployer.rollout.fleet.waves import been_up
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Listener, Note
from deployer.rollout.promotion import Manner
from deployer.rollout.subject import CLUSTER, Subject

RENDERING = "code changed: rendering whatever is up, to see whether it makes anything else of it"
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
    waits: Mapping[str, str]
    """By community, be it among these or those: why its prod is left alone for now."""
    adopted: Sequence[Adopted]
    refused: Refusals
    """A cluster only where nobody on it is refused as well: that is for the same reason."""


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
    once = ReadOnce(ledger)
    untold = threading.Lock()

    def look(subject: Subject) -> Outlook | DeployerError:
        try:
            if _must_be_rendered(subject, once) and untold.acquire(blocking=False):
                listen(Note(text=RENDERING))
            return outlook(subject, stages=stages, ledger=once, listen=listen, manner=manner)
        except DeployerError as error:
            return error

    with ThreadPoolExecutor(max_workers=LOOKS_AT_ONCE) as pool:
        # Clusters first: what is read and rendered of them then serves all who stand on them.
        of_clusters = dict(zip(alone, pool.map(look, alone.values()), strict=True))
        looks = dict(zip((subject.name for subject in subjects), pool.map(look, subjects), strict=True))
    found = {name: each for name, each in looks.items() if isinstance(each, Outlook)}
    parts = {name: [part for part in each.parts if part != CLUSTER] for name, each in found.items()}
    communities = {subject.name: subject for subject in subjects if parts.get(subject.name)}
    return Survey(
        communities=communities,
        clusters={name: alone[name] for name, each in of_clusters.items() if isinstance(each, Outlook) and each.parts},
        parts={name: parts[name] for name in communities},
        changing=frozenset(name for name, subject in communities.items() if _been_up(subject, once)),
        unchanged=[name for name, open_parts in parts.items() if not open_parts],
        waits={name: each.waits for name, each in found.items() if each.waits},
        adopted=[
            *_adopted(alone.values(), of_clusters),
            *_adopted(subjects, looks),
        ],
        refused=_refused(subjects, looks, of_clusters),
    )


def _must_be_rendered(subject: Subject, ledger: Ledger) -> bool:
    parts = [CLUSTER] if subject.target.alone else subject.stages
    records = ((part, ledger.read(subject.stack(part))) for part in parts)
    return any(record is not None and may_be_adopted(subject, part, record) for part, record in records)


def _adopted(subjects: Iterable[Subject], looks: Mapping[str, Outlook | DeployerError]) -> Iterator[Adopted]:
    """Of each its own: a cluster's only where it is looked at by itself."""
    for subject in subjects:
        each = looks[subject.name]
        if isinstance(each, Outlook):
            own = {CLUSTER} if subject.target.alone else set(subject.stages)
            stacks = {subject.stack(part) for part in own} & each.adopted.keys()
            if stacks:
                yield subject.target, {stack: each.adopted[stack] for stack in sorted(stacks)}


def _refused(
    subjects: Sequence[Subject],
    looks: Mapping[str, Outlook | DeployerError],
    of_clusters: Mapping[str, Outlook | DeployerError],
) -> Refusals:
    communities = {name: each for name, each in looks.items() if isinstance(each, DeployerError)}
    told = {subject.cluster_name for subject in subjects if subject.name in communities}
    clusters = {name: each for name, each in of_clusters.items() if isinstance(each, DeployerError)}
    return {
        **{("cluster", name): error for name, error in clusters.items() if name not in told},
        **{("community", name): error for name, error in communities.items()},
    }


def _been_up(subject: Subject, ledger: Ledger) -> bool:
    return been_up(subject, {stage: ledger.read(subject.stack(stage)) for stage in subject.stages})
