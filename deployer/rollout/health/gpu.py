"""Steps about GPUs, on demand: a server of a profile that has some, and its devices as a cell sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.kernel import CellFailed
from deployer.rollout.health.session import Session

DEVICES = "/dev"
DRIVER = "/proc/driver/nvidia/version"


async def gpu_is_seen(session: Session) -> str:
    """Device files are what a container gets of the GPUs set aside for it; the driver belongs to its node."""
    gpu = session.target.expects.gpu
    assert gpu is not None
    try:
        found = devices((await session.kernel.run(session.language.list_cell(DEVICES))).splitlines())
    except CellFailed as error:
        raise StepFailed(f"looking into {DEVICES} raised {error}", part=session.server_part) from error
    if len(found) < gpu.count:
        raise StepFailed(
            f"profile {gpu.profile} has {gpu.count} GPU(s), and its server sees {', '.join(found) or 'none'} in "
            f"{DEVICES}; driver of the node: {await _driver(session) or 'none'}",
            part=session.server_part,
        )
    return ", ".join(filter(None, (*found, await _driver(session))))


def devices(names: Iterable[str]) -> list[str]:
    """Names in /dev that are GPUs: nvidia0, nvidia1 …, and not what controls them."""
    return sorted(name.strip() for name in names if re.fullmatch(r"nvidia\d+", name.strip()))


async def _driver(session: Session) -> str:
    """Which NVIDIA driver its node runs; empty where there is none."""
    try:
        told = await session.kernel.run(session.language.read_cell(DRIVER))
    except CellFailed:
        return ""
    return driver_version(told)


def driver_version(told: str) -> str:
    """From the first line that the driver says of itself, e.g. "driver 570.86.15"."""
    found = re.search(r"Kernel Module.*?\s(\d+(?:\.\d+)+)\s", told)
    return f"driver {found.group(1)}" if found else ""
