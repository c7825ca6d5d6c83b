"""What happens during a fleet's rollout, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deployer.rollout.fleet.result import Kind, Member
from deployer.rollout.plan import Plan
from deployer.rollout.progress import Event


@dataclass(frozen=True, kw_only=True)
class Surveyed:
    """What there is to do, before anything is begun."""

    clusters: Sequence[str]
    waves: Sequence[Sequence[str]]
    """Communities that something must be done to; one wave when they need no more."""
    why_in_waves: str
    parts: Mapping[str, Sequence[str]]
    """By community: its stages that something must be done to."""
    unchanged: int
    waiting: int
    """Prods that are left alone for now although something must be done to them."""
    refused: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class WaveBegun:
    """The next communities may begin; counts from 1."""

    number: int
    of: int
    names: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Work on a community, or on a cluster, begins."""

    name: str
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What will be done to one of them."""

    name: str
    kind: Kind
    plan: Plan


@dataclass(frozen=True, kw_only=True)
class Heard:
    """Something happens in the rollout of one of them."""

    name: str
    """Empty for what concerns all."""
    kind: Kind
    event: Event


@dataclass(frozen=True, kw_only=True)
class PutOff:
    """One of them is held by another run, and will be tried again."""

    name: str
    kind: Kind
    why: str


@dataclass(frozen=True, kw_only=True)
class Ended:
    """One of them came to an end for this time, be it well or not, be it without ever having begun."""

    member: Member


FleetEvent = Surveyed | WaveBegun | Begun | Planned | Heard | PutOff | Ended
FleetListener = Callable[[FleetEvent], None]
"""Called from several threads."""
