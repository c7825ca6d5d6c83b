"""`deployer --help` beside `nebari --help`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bench.environments import tool
from bench.measure import side_by_side
from bench.row import Row

NEBARI = "nebari==2025.10.1"
DEPLOYER = Path(sys.executable).with_name("deployer")
MOST_SECONDS = 0.150
LEAST_RATIO = 8


def rows() -> Iterator[Row]:
    measured = side_by_side({"deployer": [DEPLOYER, "--help"], "nebari": [tool(NEBARI, "nebari"), "--help"]}, repeats=9)
    ours, theirs = measured["deployer"].wall_seconds, measured["nebari"].wall_seconds
    yield Row(
        what="`deployer --help`",
        ours=f"{ours * 1000:.0f} ms",
        against=f"`nebari --help` ({NEBARI}): {theirs * 1000:.0f} ms",
        ratio=f"{theirs / ours:.1f} times faster",
        bound=f"at most {MOST_SECONDS * 1000:.0f} ms, at least {LEAST_RATIO} times faster",
        ok=ours <= MOST_SECONDS and theirs / ours >= LEAST_RATIO,
    )
