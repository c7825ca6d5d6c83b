"""Sizes of servers that fill a node: a half, a quarter, an eighth of what is left for them."""

from __future__ import annotations

from dataclasses import dataclass

from components.machines.capacity import MIB, Capacity
from components.machines.names import UnavailableError


@dataclass(frozen=True, kw_only=True)
class NodeShare:
    """One server's share of a node."""

    per_node: int
    """How many of them fill a node; one more does not fit."""
    guarantee: Capacity
    """What each is promised, in whole MiB. Its memory is its limit too: memory that was lent cannot be taken back."""
    millicores_at_most: int
    """Idle cores are lent to whoever computes, up to the whole node's."""


def node_share(free: Capacity, per_node: int) -> NodeShare:
    """The share of which `per_node` fill a node that has `free` left for servers, daemonsets being there already.

    GPUs are handed out whole. Raises UnavailableError for a share that is too small for the node, or that would leave
    a GPU over.
    """
    if per_node > free.pods:
        raise UnavailableError(
            f"a node has room for {free.pods} servers, not {per_node}", f"1/{free.pods} is the smallest share"
        )
    if free.gpu % per_node:
        whole = ", ".join(_text(count) for count in range(1, free.gpu + 1) if free.gpu % count == 0)
        raise UnavailableError(
            f"{free.gpu} GPU{'s' if free.gpu > 1 else ''} of a node cannot be divided among {per_node} servers",
            f"shares with whole GPUs: {whole}",
        )
    guarantee = Capacity(
        millicores=free.millicores // per_node,
        memory_bytes=free.memory_bytes // per_node // MIB * MIB,
        gpu=free.gpu // per_node,
        pods=1,
    )
    if not guarantee.millicores or not guarantee.memory_bytes:
        raise UnavailableError(f"{_text(per_node)} of the node is nothing", "take larger shares, or a larger machine")
    return NodeShare(per_node=per_node, guarantee=guarantee, millicores_at_most=free.millicores)


def _text(per_node: int) -> str:
    return "1" if per_node == 1 else f"1/{per_node}"
