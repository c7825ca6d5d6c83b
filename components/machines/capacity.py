"""Room on a node, counted the way Kubernetes counts it: whole millicores, bytes, GPUs and pods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GIB = 2**30
MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What a node has, or what pods ask for together."""

    millicores: int
    memory_bytes: int
    gpu: int = 0
    pods: int = 0

    @property
    def cpu(self) -> float:
        """Cores."""
        return self.millicores / 1000

    @property
    def memory_gib(self) -> float:
        """GiB, exactly: a double holds every whole number of bytes up to 8 PiB."""
        return self.memory_bytes / GIB

    @classmethod
    def of(cls, cpu: float, memory_gib: float, *, gpu: int = 0, pods: int = 0) -> Capacity:
        """From cores and GiB; rounded down to what Kubernetes counts."""
        # The small amount brings 0.29 * 1000 = 289.99… back to the 290 that was meant.
        return cls(millicores=int(cpu * 1000 + 1e-6), memory_bytes=int(memory_gib * GIB), gpu=gpu, pods=pods)

    def without(self, taken: Capacity) -> Capacity:
        """What is left; never less than nothing."""
        return Capacity(
            millicores=max(0, self.millicores - taken.millicores),
            memory_bytes=max(0, self.memory_bytes - taken.memory_bytes),
            gpu=max(0, self.gpu - taken.gpu),
            pods=max(0, self.pods - taken.pods),
        )

    def plus(self, other: Capacity) -> Capacity:
        """Both together."""
        return Capacity(
            millicores=self.millicores + other.millicores,
            memory_bytes=self.memory_bytes + other.memory_bytes,
            gpu=self.gpu + other.gpu,
            pods=self.pods + other.pods,
        )

    def times(self, each: Capacity) -> int:
        """How often `each` fits, counting only what it asks for."""
        asked = (
            (self.millicores, each.millicores),
            (self.memory_bytes, each.memory_bytes),
            (self.gpu, each.gpu),
            (self.pods, each.pods),
        )
        return min((there // wanted for there, wanted in asked if wanted), default=0)

    def holds(self, other: Capacity) -> bool:
        """Does all of `other` fit?"""
        return self.times(other) >= 1


def graduated(amount: float, steps: Sequence[tuple[float, float]]) -> float:
    """A share of each step of an amount, as income tax is reckoned.

    Steps are (width, share); an infinite width takes the rest.
    """
    total = 0.0
    for width, share in steps:
        taken = min(amount, width)
        total += taken * share
        amount -= taken
    return total
