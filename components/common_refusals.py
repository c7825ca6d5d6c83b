"""What several clouds refuse alike, each with limits and words of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.cluster_changes import NEW_CLUSTER
from components.contract import Refusal
from schemas.cluster import Cluster


def too_long(name: str, limit: int, *, who: str) -> Iterator[Refusal]:
    """A cluster's name over the cloud's limit; `who` is the cloud, as people call it."""
    if len(name) > limit:
        yield Refusal(
            path=(),
            fault=f"the name {name!r} has {len(name)} characters, and {who} allows a cluster {limit}",
            remedy="shorten it",
        )


def moved(section: str, places: Iterable[tuple[str, Any, Any]]) -> Iterator[Refusal]:
    """Another place than the standing cluster's; `places` are field, what it is, and what is asked for."""
    for field, had, now in places:
        if had != now:
            yield Refusal(path=(section, field), fault=f"the cluster stands in {had}", remedy=NEW_CLUSTER)


def no_room(cluster: Cluster, nodes: int, rooms: Mapping[str, int], *, beside: str = "") -> Iterator[Refusal]:
    """Ranges that hold fewer nodes than the pools may have; `rooms` by field, `beside` says what else."""
    for field, room in rooms.items():
        if nodes > room:
            yield Refusal(
                path=("network", field),
                fault=f"{getattr(cluster.network, field)} has room for {max(room, 0)} nodes, "
                f"and the pools may have {nodes} together{beside}",
                remedy="widen it before the first deploy, or lower max_nodes",
            )


def managed_homes_without(cluster: Cluster, *, quotas: str, backups: str) -> Iterator[Refusal]:
    """What a cloud's file store does not do, in that cloud's words."""
    asked = cluster.home_storage
    if asked.kind != "managed-nfs":
        return
    if asked.user_quota_gib:
        yield Refusal(path=("home_storage", "user_quota_gib"), fault=quotas, remedy="use kind: disk-nfs")
    if asked.backup_keep_days:
        yield Refusal(
            path=("home_storage", "backup_keep_days"),
            fault=backups,
            remedy="use kind: disk-nfs, or write backup_keep_days: 0",
        )
