"""Servers that are too large for their node, and the largest that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.machines.capacity import Capacity


@dataclass(frozen=True)
class Misfit:
    """A size that no node of its pool can carry."""

    name: str
    fault: str
    remedy: str


def misfits(asked: Mapping[str, Capacity], room: Capacity, *, node: str) -> Iterator[Misfit]:
    """Which of these sizes, by name, are too large for a node with that much room.

    `node` names it in the message: "a node of pool 'user' (r5.xlarge)".
    """
    fitting = {name: size for name, size in asked.items() if room.holds(size)}
    largest = max(fitting, key=lambda name: (fitting[name].memory_bytes, fitting[name].millicores), default=None)
    for name, size in asked.items():
        if name in fitting:
            continue
        lacks = [
            f"{wanted:.4g} {unit} promised, but {node} has {_down(there)} for servers"
            for wanted, there, unit in (
                (size.memory_gib, room.memory_gib, "GiB of memory"),
                (size.cpu, room.cpu, "cores"),
                (size.gpu, room.gpu, "GPUs"),
            )
            if wanted > there
        ]
        most = f"promise at most {_down(room.memory_gib)} GiB and {_down(room.cpu)} cores"
        yield Misfit(name, "; ".join(lacks), most + (f"; {largest!r} is the largest that fits" if largest else ""))


def _down(amount: float) -> str:
    """Rounded down: whoever copies the figure from the message must not fail again."""
    return f"{int(amount * 100) / 100:g}"
