"""Where a change goes beyond what a rule lets a community's own maintainers do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from math import inf
from typing import Any

from components.machines.names import UnavailableError
from components.server_sizes import node_of, pool_of, server_sizes
from deployer.config.differences import MISSING
from deployer.config.document import Path
from deployer.review.changes import Change
from schemas.community import Deployment
from schemas.policy import Within
from schemas.profile import Profile

PROFILES: Path = ("hub", "profiles")
EVERY_SERVER = ""
"""Name of what servers are like without profiles."""


@dataclass(frozen=True)
class Largest:
    """What the largest server of a profile may take; infinite where nothing limits it."""

    cpu: float = 0
    memory_gib: float = 0
    gpu: float = 0


class Sides:
    """One stage of a community, before and after."""

    def __init__(self, before: Deployment, after: Deployment, shared_images: Collection[str] = ()) -> None:
        self.before, self.after = before, after
        self.shared_images = shared_images
        """Images that other communities use too."""

    def beyond(self, change: Change, within: Within) -> Iterator[str]:
        """Each limit that the change exceeds, in words."""
        if within.at_most is not None:
            yield from _more(change, within.at_most)
        if within.server:
            caps = Largest(within.server.cpu, within.server.memory_gib, within.server.gpu)
            yield from self._larger(change, caps)
        if within.pools_in_use:
            yield from self._other_pool(change)
        if within.scopes is not None:
            yield from self._more_power(change.path, frozenset(within.scopes))
        if within.class_server_hours_per_week is not None:
            yield from self._more_class_hours(within.class_server_hours_per_week)
        if within.image_of_its_own and change.path[-1] in self.shared_images:
            yield "other communities use this image too"

    def profiles_concerned(self, change: Change) -> Collection[str]:
        """Profiles, as they are now, whose servers the change may have made others."""
        if change.path[:2] == PROFILES and len(change.path) > 2 and change.path[2] in self._largest_now:
            return [str(change.path[2])]
        return list(self._largest_now) if change.path[:2] in (PROFILES, ("hub", "resources")) else []

    @cached_property
    def _largest_before(self) -> dict[str, Largest]:
        return _largest(self.before)

    @cached_property
    def _largest_now(self) -> dict[str, Largest]:
        return _largest(self.after)

    def _larger(self, change: Change, caps: Largest) -> Iterator[str]:
        for name in self.profiles_concerned(change):
            old, new = self._largest_before.get(name, Largest()), self._largest_now[name]
            for measure, unit in (("cpu", "cores"), ("memory_gib", "GiB"), ("gpu", "GPU")):
                was, now, cap = (getattr(side, measure) for side in (old, new, caps))
                if now > cap and now > was:
                    whose = f"profile {name}" if name else "servers"
                    yield f"{whose}: {_amount(now, unit)}, above the limit of {_amount(cap, unit)}"

    def _other_pool(self, change: Change) -> Iterator[str]:
        used, now = _pools(self.before), _pools(self.after)
        # What a profile comes to, and not what it says: without a name it gets the cluster's first pool.
        concerned = [now[name] for name in self.profiles_concerned(change)]
        if not concerned and change.kind != "removed":
            concerned = [change.new]
        for pool in dict.fromkeys(concerned):
            if pool not in used.values():
                which = f"node pool {pool}" if isinstance(pool, str) else "a node pool that nobody names"
                yield f"the community's servers do not run on {which} yet"

    def _more_power(self, path: Path, modest: frozenset[str]) -> Iterator[str]:
        if path[:2] not in (("hub", "roles"), ("hub", "groups")) or len(path) == 2:
            yield "scopes are a limit of groups and roles alone"
            return
        for side in (self.before, self.after):
            for role in side.hub.roles:
                concerned = role.name == path[2] if path[1] == "roles" else path[2] in role.groups
                more = sorted(scope for scope in role.scopes if scope.partition("!")[0] not in modest)
                if concerned and more:
                    yield f"role {role.name} has {', '.join(more)}"

    def _more_class_hours(self, cap: float) -> Iterator[str]:
        was, now = _class_hours(self.before), _class_hours(self.after)
        if now > cap and now > was:
            yield f"{now:,.0f} server hours a week, above the limit of {cap:,.0f}"


def _more(change: Change, cap: float) -> Iterator[str]:
    was, now = _number(change.old, absent=-inf), _number(change.new, absent=-inf)
    if now > cap and now > was:
        yield f"{'no limit' if now == inf else format(now, 'g')}, above the limit of {cap:g}"


def _number(value: Any, *, absent: float) -> float:
    if value is MISSING:
        return absent
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else inf


def _pools(deployment: Deployment) -> dict[str, str | None]:
    return {name: pool_of(deployment, profile) for name, profile in _profiles(deployment).items()}


def _largest(deployment: Deployment) -> dict[str, Largest]:
    return {name: _of_profile(deployment, profile) for name, profile in _profiles(deployment).items()}


def _profiles(deployment: Deployment) -> dict[str, Profile | None]:
    profiles: tuple[Profile | None, ...] = deployment.hub.profiles or (None,)
    return {profile.slug if profile else EVERY_SERVER: profile for profile in profiles}


def _of_profile(deployment: Deployment, profile: Profile | None) -> Largest:
    node = node_of(deployment, profile)
    try:
        sizes = server_sizes(deployment, profile)
    except UnavailableError:
        return Largest(inf, inf, profile.gpu if profile else 0)
    return Largest(
        cpu=max(size.cpu.limit or (node.cpu if node else inf) for size in sizes),
        memory_gib=max(size.memory_gib.limit or (node.memory_gib if node else inf) for size in sizes),
        gpu=max(size.gpu for size in sizes),
    )


def _class_hours(deployment: Deployment) -> float:
    return sum(each.servers * _hours(each.start, each.end) * len(each.weekdays) for each in deployment.hub.classes)


def _hours(start: str, end: str) -> float:
    first, last = time.fromisoformat(start), time.fromisoformat(end)
    return (last.hour - first.hour) + (last.minute - first.minute) / 60


def _amount(value: float, unit: str) -> str:
    return f"{unit} without limit" if value == inf else f"{value:.4g} {unit}{'s' * (unit == 'GPU' and value != 1)}"
