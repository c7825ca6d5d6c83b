"""Sizes of servers: possible in themselves, and possible on their pool's nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from components.clouds import cloud
from components.contract import Allocatable
from components.machines.names import UnavailableError
from components.server_sizes import node_of, pool_of, server_sizes
from deployer.config.checks.finding import Finding
from deployer.config.document import Path
from deployer.config.suggest import did_you_mean
from schemas.amount import Amount
from schemas.community import Deployment
from schemas.profile import Profile, SizeChoice

LEAST_MEMORY_GIB = 0.1
"""A JupyterLab 4.6 server that has just started, without a kernel, takes 84 MiB (resident, measured on Linux)."""


@dataclass(frozen=True)
class Asked:
    """What one choice on the page asks for in figures, each with the path of where it is said."""

    cpu: Amount
    cpu_path: Path
    memory_gib: Amount
    memory_path: Path


def check_sizes(deployment: Deployment) -> Iterator[Finding]:
    """Every size that somebody can choose and that the file gives in figures."""
    seen: set[Finding] = set()
    for finding in _all(deployment):
        if finding not in seen:  # the hub's resources are those of many profiles
            seen.add(finding)
            yield finding


def asked_for(deployment: Deployment) -> Iterator[tuple[Profile | None, Asked]]:
    """All sizes in figures, with their profiles; those of the hub alone where it has no profiles."""
    everywhere = _of_hub(deployment)
    if not deployment.hub.profiles:
        yield None, everywhere
    for position, profile in enumerate(deployment.hub.profiles):
        for asked in _choices(("hub", "profiles", position), profile, everywhere):
            yield profile, asked


def pool_faults(deployment: Deployment, position: int, profile: Profile) -> Iterator[Finding]:
    """Faults of the choice of a pool."""
    path: Path = ("hub", "profiles", position)
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


def _all(deployment: Deployment) -> Iterator[Finding]:
    yield from _possible(_of_hub(deployment))
    unusable: list[Profile] = []
    for position, profile in enumerate(deployment.hub.profiles):
        faults = list(pool_faults(deployment, position, profile))
        yield from faults
        unusable += [profile] if faults else []
    for asking, asked in asked_for(deployment):
        yield from _possible(asked)
        if asking not in unusable:
            yield from _fits(deployment, asking, asked)


def _of_hub(deployment: Deployment) -> Asked:
    resources = deployment.hub.resources
    path: Path = ("hub", "resources")
    return Asked(resources.cpu, (*path, "cpu"), resources.memory_gib, (*path, "memory_gib"))


def _choices(path: Path, profile: Profile, otherwise: Asked) -> Iterator[Asked]:
    own = _over(path, profile.cpu, profile.memory_gib, otherwise)
    if not profile.options.sizes:
        yield own
    for index, size in enumerate(profile.options.sizes):
        if isinstance(size, SizeChoice):
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


def _gpus(deployment: Deployment, path: Path, profile: Profile, for_people: list[str]) -> Iterator[Finding]:
    pools = deployment.cluster.node_pools
    name = pool_of(deployment, profile)
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
    cluster, name = deployment.cluster, pool_of(deployment, profile)
    node = node_of(deployment, profile)
    if node is None:
        return  # only the running cluster can tell, or no pool is for people, which is said already
    machine = f" ({node.machine_type})" if node.machine_type else ""
    where = f"a node of pool {name!r}{machine} has" if name else "the cluster has"
    for what, amount, path, there in (
        ("cores", asked.cpu, asked.cpu_path, node.cpu),
        ("GiB of memory", asked.memory_gib, asked.memory_path, node.memory_gib),
    ):
        if amount.guarantee > there:
            others = {each: cloud(cluster.provider).allocatable(cluster, each) for each in _for_people(deployment)}
            bigger = [each for each, other in others.items() if other and _holds(other, asked)]
            yield Finding(
                path,
                f"{amount.guarantee:g} {what} promised, but {where} {rounded_down(there)} for servers",
                f"use node_pool: {bigger[0]}"
                if bigger and profile
                else f"promise at most {rounded_down(there)}{_largest(deployment, name, node)}",
            )


def _for_people(deployment: Deployment) -> list[str]:
    return [name for name, pool in deployment.cluster.node_pools.items() if pool.role == "user"]


def _largest(deployment: Deployment, pool: str | None, node: Allocatable) -> str:
    """The largest profile on the same nodes that does fit, as the end of a remedy; empty where there is none."""
    fitting = []
    for profile in deployment.hub.profiles:
        try:
            sizes = server_sizes(deployment, profile) if pool_of(deployment, profile) == pool else ()
        except UnavailableError:
            continue
        fitting += [
            (size.memory_gib.guarantee, size.cpu.guarantee, profile.slug)
            for size in sizes
            if size.memory_gib.guarantee <= node.memory_gib and size.cpu.guarantee <= node.cpu
        ]
    return f"; {max(fitting)[2]!r} is the largest profile that fits" if fitting else ""


def rounded_down(amount: float) -> str:
    """Rounded down: whoever copies the figure from the message must not fail again."""
    return f"{floor(amount * 100) / 100:g}"


def _holds(node: Allocatable, asked: Asked) -> bool:
    return asked.cpu.guarantee <= node.cpu and asked.memory_gib.guarantee <= node.memory_gib
