"""Sizes in words."""

from __future__ import annotations

from schemas.amount import Amount


def size_title(cpu: Amount, memory_gib: Amount) -> str:
    """A size as people read it: "2 GiB of memory, up to 1 CPU"."""
    return f"{_memory(memory_gib)} of memory, {_cpu(cpu)}"


def _memory(amount: Amount) -> str:
    if amount.limit is None:
        return f"{_memory_figure(amount.guarantee)} or more"
    if amount.limit == amount.guarantee:
        return _memory_figure(amount.limit)
    return f"{_memory_figure(amount.guarantee)} to {_memory_figure(amount.limit)}"


def _memory_figure(gib: float) -> str:
    return f"{round(gib * 1024):g} MiB" if gib < 1 else f"{round(gib, 2):g} GiB"


def _cpu(amount: Amount) -> str:
    if amount.limit is None:
        return f"{_cpu_figure(amount.guarantee)} or more"
    if amount.limit == amount.guarantee:
        return _cpu_figure(amount.limit)
    return f"up to {_cpu_figure(amount.limit)}"


def _cpu_figure(cpu: float) -> str:
    return f"{round(cpu, 2):g} CPU{'' if cpu <= 1 else 's'}"
