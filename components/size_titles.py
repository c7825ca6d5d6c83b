"""Sizes in words."""

from __future__ import annotations

from math import floor

from schemas.amount import Amount


def size_title(cpu: Amount, memory_gib: Amount) -> str:
    """A size as people read it: "2 GiB of memory, up to 1 CPU"."""
    return f"{_memory(memory_gib)} of memory, {_cpu(cpu)}"


def share_title(per_node: int, cpu: Amount, memory_gib: Amount, *, gpu: int, of: str) -> str:
    """A share as people read it: "1/4 of a node: 6.7 GiB, 0.86 to 3.4 CPU". `of` is what it is a share of."""
    share = f"all of {of}" if per_node == 1 else f"1/{per_node} of {of}"
    most = cpu.guarantee if cpu.limit is None else cpu.limit
    cores = " to ".join(dict.fromkeys((_down(cpu.guarantee), _down(most))))
    gpus = f", {gpu} GPU{'' if gpu == 1 else 's'}" if gpu else ""
    return f"{share[0].upper()}{share[1:]}: {_down(memory_gib.guarantee)} GiB, {cores} CPU{gpus}"


def _down(amount: float) -> str:
    """Two figures at least, rounded down: nobody gets less than they read."""
    digits = 10 if amount >= 1 else 100
    return f"{floor(amount * digits + 1e-9) / digits:g}"


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
