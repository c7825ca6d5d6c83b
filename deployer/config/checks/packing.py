"""Sizes in figures that leave much of a rented node empty."""

from __future__ import annotations

from collections.abc import Iterator

from components.contract import Allocatable
from components.machines.capacity import Capacity
from components.machines.palette import node_share
from components.server_sizes import capacity, node_of, pool_of
from deployer.config.checks.finding import Finding
from deployer.config.checks.sizes import asked_for, rounded_down
from schemas.community import Deployment

WASTED_AT_MOST = 0.2
"""More of a node than this should not be paid for and be of no use when it is full of such servers."""


def check_packing(deployment: Deployment) -> Iterator[Finding]:
    """Warnings for sizes of which a whole number fills no node, where nodes are paid for."""
    said: set[Finding] = set()
    for profile, asked in asked_for(deployment):
        node = node_of(deployment, profile)
        if node is None or not node.machine_type:
            continue
        gpu = profile.gpu if profile else 0
        each = Capacity.of(asked.cpu.guarantee, asked.memory_gib.guarantee, gpu=gpu, pods=1)
        for fault, remedy in _waste(node, each, f"a node of pool {pool_of(deployment, profile)!r}"):
            finding = Finding(asked.memory_path, fault, remedy, "warning")
            if finding not in said:
                said.add(finding)
                yield finding


def _waste(node: Allocatable, each: Capacity, where: str) -> Iterator[tuple[str, str]]:
    room = capacity(node)
    count = room.times(each)
    if not count or room.gpu % count:
        return  # too large, which is an error; or of no use as a share
    filled = max(
        count * each.millicores / room.millicores,
        count * each.memory_bytes / room.memory_bytes,
        count * each.gpu / room.gpu if room.gpu else 0,
    )
    if filled >= 1 - WASTED_AT_MOST:
        return
    share = node_share(room, count).guarantee
    fitting, name = ("one such server fits", "1") if count == 1 else (f"{count} such servers fit", f"1/{count}")
    fault = f"{fitting} on {where} ({node.machine_type}), and {1 - filled:.0%} of it is paid for and left empty"
    more = f"{rounded_down(share.memory_gib)} GiB and {rounded_down(share.cpu)} cores"
    yield fault, f"for the same money each could be promised {more}: write options: {{sizes: [{name}]}}"
