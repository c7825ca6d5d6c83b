"""Sizes of servers: possible in themselves, and possible on their pool's nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from components.clouds import cloud
from components.contract import Allocatable
from deployer.config.checks.finding import Finding
from deployer.config.document import Path
from deployer.config.suggest import did_you_mean
from schemas.amount import Amount
from schemas.community import Deployment
from schemas.profile import Profile

LEAST_MEMORY_GIB = 0.1
"""A JupyterLab 4.6 server that has just started, without a kernel, takes 84 MiB (resident, measured on Linux)."""


@dataclass(frozen=True)
class Asked:
    """What one choice on the page asks for, each with the path of where it is said."""

    cpu: Amount
    cpu_path: Path
    memory_gib: Amount
    memory_path: Path


def check_sizes(deployment: Deployment) -> Iterator[Finding]:
    """Every size that somebody can choose."""
    seen: set[Finding] = set()
    for finding in _all(deployment):
        if finding not in seen:  # the hub's resources are those of many profiles
            seen.add(finding)
            yield finding


def _all(deployment: Deployment) -> Iterator[Finding]:
    everywhere = _of_hub(deployment)
    yield from _possible(everywhere)
    if not deployment.hub.profiles:
        yield from _fits(deployment, None, everywhere)
    for position, profile in enumerate(deployment.hub.profiles):
        path: Path = ("hub", "profiles", position)
        usable = list(_pool(deployment, path, profile))
        yield from usable
        for asked in _choices(path, profile, everywhere):
            yield from _possible(asked)
            if not usable:
                yield from _fits(deployment, profile, asked)


def _of_hub(deployment: Deployment) -> Asked:
    resources = deployment.hub.resources
    path: Path = ("hub", "resources")
    return Asked(resources.cpu, (*path, "cpu"), resources.memory_gib, (*path, "memory_gib"))


def _choices(path: Path, profile: Profile, otherwise: Asked) -> Iterator[Asked]:
    own = _over(path, profile.cpu, profile.memory_gib, otherwise)
    if not profile.options.sizes:
        yield own
    for index, size in enumerate(profile.options.sizes):
        yield _over((*path, "options", "sizes", index), size.cpu, size.memory_gib, own)


def _over(path: Path, cpu: Amount | None, memory_gib: Amount | None, otherwise: Asked) -> Asked:
    return Asked(
        cpu or otherwise.cpu,
        (*path, "cpu") if cpu else otherwise.cpu_path,
        memory_gib or otherwise.memory_gib,
        (*path, "memory_gib") if memory_gib else otherwise.memory_path,
    )


def _possible(asked: Asked) -> Iterator[Finding]:
    for amount, path in ((asked.cpu, asked.cpu_path), (asked.memory_gib, asked.memory_path)):
        if amount.limit is not None and amount.guarantee > amount.limit:
            yield Finding(
                path,
                f"guarantee {amount.guarantee:g} is above limit {amount.limit:g}",
                "lower guarantee or raise limit",
            )
    highest = asked.memory_gib.limit
    if highest is not None and highest < LEAST_MEMORY_GIB:
        yield Finding(
            asked.memory_path,
            f"JupyterLab cannot start in {highest:g} GiB",
            f"give at least {LEAST_MEMORY_GIB:g}; the unit is GiB",
        )


def _pool(deployment: Deployment, path: Path, profile: Profile) -> Iterator[Finding]:
    """Faults of the choice of a pool."""
    pools = deployment.cluster.node_pools
    for_people = [name for name, pool in pools.items() if pool.role == "user"]
    name = profile.node_pool
    if name is not None and name not in pools:
        yield Finding(
            (*path, "node_pool"),
            f"no node pool named {name!r} in cluster {deployment.cluster_name!r}",
            did_you_mean(name, for_people, kind="pools"),
        )
    elif name is not None and pools[name].role != "user":
        yield Finding(
            (*path, "node_pool"),
            f"pool {name!r} is not for people's servers: its role is {pools[name].role}",
            did_you_mean(name, for_people, kind="pools for people"),
        )
    elif profile.gpu:
        yield from _gpus(deployment, path, profile, for_people)


def _gpus(deployment: Deployment, path: Path, profile: Profile, for_people: list[str]) -> Iterator[Finding]:
    pools = deployment.cluster.node_pools
    name = profile.node_pool or next(iter(for_people), None)
    gpu = pools[name].gpu if name else None
    if (gpu.count if gpu else 0) < profile.gpu:
        enough = [each for each in for_people if (offer := pools[each].gpu) and offer.count >= profile.gpu]
        yield Finding(
            (*path, "gpu"),
            f"{profile.gpu} GPU(s) per server, but "
            + (f"a node of pool {name!r} has" if name else "the cluster has")
            + f" {gpu.count if gpu else 0}",
            f"use node_pool: {enough[0]}" if enough else "give the pool GPUs, or remove gpu",
        )


def _fits(deployment: Deployment, profile: Profile | None, asked: Asked) -> Iterator[Finding]:
    cluster = deployment.cluster
    for_people = [name for name, pool in cluster.node_pools.items() if pool.role == "user"]
    name = (profile.node_pool if profile else None) or _first_for_people(deployment)
    if name is None and cluster.node_pools:
        return  # said already: no pool is for people
    offers = cloud(cluster.provider)
    offer = offers.allocatable(cluster, name)
    if offer is None:
        return
    where = f"a node of pool {name!r} has" if name else "the cluster has"
    for what, amount, path, there in (
        ("cores", asked.cpu, asked.cpu_path, offer.cpu),
        ("GiB of memory", asked.memory_gib, asked.memory_path, offer.memory_gib),
    ):
        if amount.guarantee > there:
            others = ((each, offers.allocatable(cluster, each)) for each in for_people)
            bigger = [each for each, other in others if other and _holds(other, asked)]
            yield Finding(
                path,
                f"{amount.guarantee:g} {what} promised, but {where} {_down(there)} for servers",
                f"use node_pool: {bigger[0]}"
                if bigger and profile
                else f"promise at most {_down(there)}{_largest(deployment, name, offer)}",
            )


def _first_for_people(deployment: Deployment) -> str | None:
    """Where servers go whose profile names no pool."""
    return next((name for name, pool in deployment.cluster.node_pools.items() if pool.role == "user"), None)


def _largest(deployment: Deployment, pool: str | None, offer: Allocatable) -> str:
    """The largest profile on the same nodes that does fit, as the end of a remedy; empty where there is none."""
    everywhere = _of_hub(deployment)
    fitting = [
        (asked.memory_gib.guarantee, asked.cpu.guarantee, profile.slug)
        for position, profile in enumerate(deployment.hub.profiles)
        if (profile.node_pool or _first_for_people(deployment)) == pool
        for asked in _choices(("hub", "profiles", position), profile, everywhere)
        if _holds(offer, asked)
    ]
    return f"; {max(fitting)[2]!r} is the largest profile that fits" if fitting else ""


def _down(amount: float) -> str:
    """Rounded down: whoever copies the figure from the message must not fail again."""
    return f"{floor(amount * 100) / 100:g}"


def _holds(offer: Allocatable, asked: Asked) -> bool:
    return asked.cpu.guarantee <= offer.cpu and asked.memory_gib.guarantee <= offer.memory_gib
