"""Sizes of servers that fill a node: a half, a quarter, an eighth of what is left for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from components.machines.capacity import Capacity
from components.machines.names import UnavailableError


@dataclass(frozen=True, kw_only=True)
class Size:
    """One server's share of a node."""

    per_node: int
    """How many of them fill a node; one more does not fit."""
    guarantee: Capacity
    """What each is promised. Its memory is its limit too: memory that was lent cannot be taken back."""
    cpu_limit_millicores: int
    """Idle cores are lent to whoever computes, up to the whole node's."""
    packing: float
    """The part of the node's allocatable memory that a full node promises to servers; the rest is daemonsets'."""

    @property
    def slug(self) -> str:
        """Short name: "1" for the whole node, "1-4" for a quarter."""
        return "1" if self.per_node == 1 else f"1-{self.per_node}"

    @property
    def title(self) -> str:
        """What people read."""
        most = self.cpu_limit_millicores / 1000
        return f"{self.guarantee.memory_gib:.1f} GiB, {self.guarantee.cpu:.2g} to {most:.2g} cores"


def palette(allocatable: Capacity, free: Capacity, per_node: Iterable[int]) -> tuple[Size, ...]:
    """Sizes that fill a node exactly, in the order given.

    `allocatable` is the node's before daemonsets, `free` what they leave; both in `Offer`. A GPU goes to each server
    where the node has as many. Raises UnavailableError for a share that is too small for the node.
    """
    return tuple(_size(allocatable, free, count) for count in per_node)


def _size(allocatable: Capacity, free: Capacity, count: int) -> Size:
    if free.pods and count > free.pods:
        raise UnavailableError(
            f"a node has room for {free.pods} servers, not {count}", f"1/{free.pods} is the smallest share"
        )
    guarantee = Capacity(
        millicores=free.millicores // count,
        memory_bytes=free.memory_bytes // count,
        gpu=free.gpu // count,
        pods=1,
    )
    if not guarantee.millicores or not guarantee.memory_bytes:
        raise UnavailableError(f"1/{count} of the node is nothing", "take larger shares, or a larger machine")
    return Size(
        per_node=count,
        guarantee=guarantee,
        cpu_limit_millicores=free.millicores,
        packing=count * guarantee.memory_bytes / allocatable.memory_bytes,
    )
