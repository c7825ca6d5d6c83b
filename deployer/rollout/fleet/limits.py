"""How much of a fleet is worked on at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from deployer.rollout.subject import Subject

STACKS_AT_ONCE = 1 + (os.cpu_count() or 1)
"""One more than there are cores: an engine waits for its plugins now and then. Two more were slower on two cores."""
IN_CLOUDS_AT_ONCE = max(8, STACKS_AT_ONCE)
"""Most of a rollout in a cloud is waiting for it. What bounds it is memory: an engine with its plugins, and a share of
the deployer, have about 250 MiB (docs/bench.md)."""
ON_A_CLUSTER_AT_ONCE = 4
"""Health checks start servers of people's size, and new nodes take minutes."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Rollouts at once: in all, on one cluster, in one cloud. A rollout works on one stack at a time."""

    total: int
    per_cluster: int
    per_cloud: int

    def room_for(self, subject: Subject, running: Iterable[Subject]) -> bool:
        """Whether one more may begin beside those that run."""
        others = list(running)
        on_cluster = sum(other.cluster_name == subject.cluster_name for other in others)
        in_cloud = sum(other.cluster.provider == subject.cluster.provider for other in others)
        return len(others) < self.total and on_cluster < self.per_cluster and in_cloud < self.per_cloud


def limits(
    *, simulated: bool, total: int | None = None, per_cluster: int | None = None, per_cloud: int | None = None
) -> Limits:
    """What was asked for, and what suits this machine for the rest.

    Stand-ins compute on this very machine instead of waiting, and know no crowded clusters.
    """
    most = total or (STACKS_AT_ONCE if simulated else IN_CLOUDS_AT_ONCE)
    return Limits(
        total=most,
        per_cluster=per_cluster or (most if simulated else ON_A_CLUSTER_AT_ONCE),
        per_cloud=per_cloud or most,
    )
