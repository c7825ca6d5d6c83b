"""What of a change must be read before anything else: data that would go, servers that people would lose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from components.contract import Cloud
    from deployer.errors import DeployerError
    from deployer.rollout.engine.backend import Recorded
    from deployer.rollout.engine.events import Change

KEEPS_DATA = "kubernetes:core/v1:PersistentVolumeClaim"
LOST = "what people keep in it is lost"
REFUSED = "it is protected, and a deploy refuses that"
Kind = Literal["data", "servers", "refused", "unknown"]


@dataclass(frozen=True)
class Danger:
    """One resource that would be deleted, replaced or changed, and what that means.

    `refused` is what is protected and carries neither data nor servers; `unknown` is what may end servers or not.
    """

    kind: Kind
    stack: str
    operation: str
    """`update`, `replace` or `delete`."""
    what: str
    """Type and name of the resource."""
    means: str
    because: tuple[str, ...] = ()
    """Properties that ask for it."""


def dangers(stack: str, changes: Iterable[Change], cloud: Cloud, guarded: Collection[str]) -> Iterator[Danger]:
    """Of one stack's changes; `guarded` are resources that the engine refuses to delete or replace, by URN."""
    for change in changes:
        found = _danger(change, cloud, refused=change.operation in TAKEN and change.urn in guarded)
        if found is not None:
            because = change.properties if change.operation != "delete" else ()
            yield Danger(found[0], stack, change.operation, f"{change.kind} {change.name}", found[1], because)


def spared(stack: str, recorded: Iterable[Recorded], cloud: Cloud, error: DeployerError) -> Iterator[Danger]:
    """What holds data, is protected, and is what an engine stopped at, by the words of its refusal."""
    for resource in recorded:
        kind, name = resource.words.split(" ", 1)
        if resource.protect and _holds_data(resource.type, cloud) and f"{kind} {name!r}" in error.fault:
            yield Danger("data", stack, "delete", resource.words, REFUSED)


TAKEN = ("delete", "replace")


def _danger(change: Change, cloud: Cloud, *, refused: bool) -> tuple[Kind, str] | None:
    if change.operation in TAKEN and _holds_data(change.type, cloud):
        return "data", REFUSED if refused else LOST
    known = cloud.servers_fate(change.type, change.operation, change.properties)
    if known.fate == "end":
        return "servers", f"{known.means}; {REFUSED}" if refused else known.means
    if refused:
        return "refused", REFUSED
    return ("unknown", "whether running servers stay is not known") if known.fate == "unknown" else None


def _holds_data(resource_type: str, cloud: Cloud) -> bool:
    return resource_type in cloud.data_types or resource_type == KEEPS_DATA
