"""Shares of a node as sizes: possible at all, and nothing beside them that says the same otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from components.machines.names import UnavailableError
from components.server_sizes import share_size
from deployer.config.checks.finding import Finding
from deployer.config.checks.sizes import LEAST_MEMORY_GIB, pool_faults, rounded_down
from deployer.config.document import Path
from schemas.community import Deployment
from schemas.profile import Profile


def check_shares(deployment: Deployment) -> Iterator[Finding]:
    """Every share that somebody can choose."""
    for position, profile in enumerate(deployment.hub.profiles):
        shares = {index: size for index, size in enumerate(profile.options.sizes) if isinstance(size, int)}
        if not shares:
            continue
        path: Path = ("hub", "profiles", position)
        if len(shares) == len(profile.options.sizes):
            yield from _said_otherwise(path, profile)
        if not any(pool_faults(deployment, position, profile)):
            for index, per_node in shares.items():
                yield from _share((*path, "options", "sizes", index), deployment, profile, per_node)


def _said_otherwise(path: Path, profile: Profile) -> Iterator[Finding]:
    for field in ("cpu", "memory_gib", "gpu"):
        if getattr(profile, field):
            yield Finding(
                (*path, field),
                f"all sizes of this profile are shares of a node, which say how much {field} there is",
                f"remove {field}",
            )


def _share(path: Path, deployment: Deployment, profile: Profile, per_node: int) -> Iterator[Finding]:
    try:
        size = share_size(deployment, profile, per_node)
    except UnavailableError as error:
        yield Finding(path, error.fault, error.remedy)
        return
    if size.memory_gib.guarantee < LEAST_MEMORY_GIB:
        had = rounded_down(size.memory_gib.guarantee)
        yield Finding(path, f"1/{per_node} of a node is {had} GiB, too little for JupyterLab", "take a larger share")
