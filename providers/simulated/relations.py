"""Resources that others need: they must exist first, and some cannot go before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from providers.simulated.kinds import Cloud, Kind, Reference
from providers.simulated.places import all_at, at
from providers.simulated.world import Record, World


def missing(kind: Kind, properties: Mapping[str, Any], account: str, world: World) -> tuple[Reference, Any] | None:
    """The first thing that is referred to and is not there, or is not seen yet."""
    for reference in kind.refers:
        for value in all_at(properties, reference.path):
            if reference.optional or value in reference.unless:
                continue
            record = referred(reference, value, account, world)
            if record is None or _not_seen_yet(record, world):
                return reference, value
    return None


def referred(reference: Reference, value: Any, account: str, world: World) -> Record | None:
    """The resource that a value names; within the account, unless it names itself in full."""
    for token in reference.to:
        for record in world.records(token):
            if record.place.account == account and value in _names(record, reference):
                return record
    return None


def holders(record: Record, cloud: Cloud, world: World) -> Iterator[tuple[Record, Reference]]:
    """What refers to a resource, with how."""
    for kind in cloud.kinds.values():
        for reference in kind.refers:
            if record.token not in reference.to or not (reference.pins or reference.cascades):
                continue
            names = _names(record, reference)
            for other in world.records(kind.token):
                if other.place.account == record.place.account and any(
                    value in names for value in all_at(other.properties, reference.path)
                ):
                    yield other, reference


def _names(record: Record, reference: Reference) -> set[Any]:
    return {record.identity if name == "id" else at(record.properties, name) for name in reference.by}


def _not_seen_yet(record: Record, world: World) -> bool:
    if record.unseen_reads <= 0:
        return False
    from dataclasses import replace

    world.put(replace(record, unseen_reads=record.unseen_reads - 1))
    return True
