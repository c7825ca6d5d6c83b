"""Waves: a change that touches everybody meets a few first, and more only when these are well."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from deployer.rollout.ledger import Record
from deployer.rollout.subject import Subject

MANY = 10
"""A change to more communities than this, which people use already, goes in waves."""
SHARE = 0.1
"""Of all, in the wave after the canaries."""


@dataclass(frozen=True, kw_only=True)
class Waves:
    """Who goes when."""

    names: Sequence[Sequence[str]]
    """Of communities, by wave; a single one when there is no need for more."""
    why: str
    """Why there are several, in a few words; empty when there are not."""


def waves_of(
    subjects: Sequence[Subject],
    changing: Collection[str],
    *,
    canaries: Collection[str],
    usual_canaries: Collection[str] = (),
    everything: str,
    wanted: bool,
) -> Waves:
    """The canaries, then a tenth of all, then the rest; all at once where that hurts nobody.

    `changing` are those that have been up before: what is new has nobody who could lose anything. `everything` says
    what they have in common that changed, if that is so. `canaries` make waves of any change, `usual_canaries` do not.
    """
    names = [subject.name for subject in subjects]
    why = _why(changing, canaries, everything) if wanted else ""
    if not why or not names:
        return Waves(names=[tuple(names)] if names else [], why="")
    chosen = canaries or usual_canaries
    first = [name for name in names if name in chosen] or [smallest(subjects)]
    others = [name for name in names if name not in first]
    tenth = math.ceil(SHARE * len(names))
    waves = [tuple(wave) for wave in (first, others[:tenth], others[tenth:]) if wave]
    return Waves(names=waves, why=why)


def still_to_go(waves: Waves, names: Collection[str]) -> Waves:
    """What is left of the waves of an earlier run; whoever has no place in them goes last."""
    placed = {name for wave in waves.names for name in wave}
    left = [tuple(name for name in wave if name in names) for wave in waves.names]
    left.append(tuple(name for name in names if name not in placed))
    return Waves(names=[wave for wave in left if wave], why=waves.why)


def _why(changing: Collection[str], canaries: Collection[str], everything: str) -> str:
    if canaries:
        return f"{', '.join(canaries)} first"
    if len(changing) > MANY:
        return f"{len(changing)} communities change"
    return everything if len(changing) > 1 else ""


def smallest(subjects: Sequence[Subject]) -> str:
    """The one that fewest people would notice: by the servers that may run at once in its prod, then by name."""

    def size(subject: Subject) -> tuple[float, str]:
        hub = subject.deployments[subject.stages[-1]].hub
        return (hub.max_running_servers or math.inf, subject.name)

    return min(subjects, key=size).name


def been_up(subject: Subject, records: Mapping[str, Record | None]) -> bool:
    """Whether any stage has ever been brought up; `records` by stage."""
    return any((record := records.get(stage)) is not None and record.settings is not None for stage in subject.stages)
