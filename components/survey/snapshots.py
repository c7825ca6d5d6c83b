"""Volume snapshot classes: whether copies of volumes can be taken."""

from __future__ import annotations

from dataclasses import dataclass

from components.survey.api import Seen

CLASSES = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses"
PATHS = (CLASSES,)


@dataclass(frozen=True, kw_only=True)
class SnapshotClass:
    """Takes copies of the volumes of one driver."""

    name: str
    driver: str


def find_snapshot_classes(seen: Seen) -> tuple[SnapshotClass, ...]:
    """All of them; none where the extension is not installed. Raises ForbiddenError."""
    return tuple(SnapshotClass(name=one["metadata"]["name"], driver=one["driver"]) for one in seen.items(CLASSES))
