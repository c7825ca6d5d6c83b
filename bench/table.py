"""The table, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from bench.row import Row

INTRODUCTION = """\
# Speeds

Written by `make bench`. What stands in one row was run side by side, several times, and the median counts.
"""
COLUMNS = ("What", "Ours", "Beside it", "Ratio", "Bound", "")


def page(rows: Sequence[Row]) -> str:
    """`docs/bench.md`."""
    return f"{INTRODUCTION}\n{table(rows)}\nMeasured {time.strftime('%Y-%m-%d')} on {machine()}.\n"


def table(rows: Sequence[Row]) -> str:
    lines = [COLUMNS, ("-",) * len(COLUMNS)]
    lines += [(row.what, row.ours, row.against, row.ratio, row.bound, _verdict(row)) for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def machine() -> str:
    """In a line: processor, cores, memory, system, Python."""
    memory_gib = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores of {_processor()}, {memory_gib:.0f} GiB of memory, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def _verdict(row: Row) -> str:
    return ("kept" if row.ok else "**missed**") if row.bound else ""


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()
