"""What of a change must be read before anything else: data that would go, servers that people would lose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from components.contract import Cloud
    from deployer.rollout.engine.events import Change

KEEPS_DATA = "kubernetes:core/v1:PersistentVolumeClaim"
SERVERS: Mapping[str, str] = {
    # Last word of the type -> what ends with it, whichever cloud calls it so.
    "NodePool": "servers on its nodes end",
    "NodeGroup": "servers on its nodes end",
    "AgentPool": "servers on its nodes end",
    "Cluster": "every hub and server on it ends",
    "ManagedCluster": "every hub and server on it ends",
    "Namespace": "all that runs in it ends, people's servers too",
    "Hub": "the hub and people's servers end",
    "Machine": "every hub on it ends",
}
"""What runs people's servers: taken away or made anew, those end."""
Kind = Literal["data", "servers"]


@dataclass(frozen=True)
class Danger:
    """One resource that would be deleted or replaced, and what that means."""

    kind: Kind
    stack: str
    operation: str
    """`delete` or `replace`."""
    what: str
    """Type and name of the resource."""
    means: str
    because: tuple[str, ...] = ()
    """Properties that ask for a replacement."""


def dangers(stack: str, changes: Iterable[Change], cloud: Cloud) -> Iterator[Danger]:
    """Of one stack's changes."""
    for change in changes:
        if change.operation not in ("delete", "replace"):
            continue
        what = f"{change.kind} {change.name}"
        because = change.properties if change.operation == "replace" else ()
        if change.type in cloud.data_types or change.type == KEEPS_DATA:
            means = "people's data is in it; what is protected is refused, not deleted"
            yield Danger("data", stack, change.operation, what, means, because)
        elif change.kind in SERVERS and change.custom:
            yield Danger("servers", stack, change.operation, what, SERVERS[change.kind], because)
