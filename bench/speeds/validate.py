"""`deployer validate` of generated fleets: how fast, how large, and whether it grows in proportion."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.environments import tool
from bench.fleet import write_fleet
from bench.measure import Samples, side_by_side
from bench.row import Row

DEPLOYER = Path(sys.executable).with_name("deployer")
CHECK_JSONSCHEMA = "check-jsonschema==0.39.0"
SCHEMA = Path(__file__).parents[2] / "schemas" / "community.schema.json"
SIZES = (10, 100, 1_000, 10_000)
COMPARED = 1_000
MOST_SECONDS = 1.5
MOST_MIB = 200
MOST_GROWTH = 1.25
"""How much more a community may cost among 10,000 than among 1,000; start-up taken out of both."""


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        fleets = {size: write_fleet(Path(folder) / str(size), size) for size in SIZES}
        measured = {size: _validate(fleets[size], size) for size in SIZES}
        yield from (_size(size, samples) for size, samples in measured.items() if size != COMPARED)
        yield _compared(fleets[COMPARED], measured[COMPARED])
        yield _growth(measured)


def _validate(fleet: Path, size: int) -> Samples:
    commands = {"deployer": [DEPLOYER, "--project", fleet, "validate"]}
    return side_by_side(commands, repeats=3 if size > COMPARED else 7)["deployer"]


def _size(size: int, samples: Samples) -> Row:
    return Row(
        what=f"`deployer validate`, {size:,} communities",
        ours=f"{samples.wall_seconds:.2f} s ({samples.cpu_seconds:.2f} s CPU), {samples.peak_mib:.0f} MiB",
    )


def _compared(fleet: Path, samples: Samples) -> Row:
    """Our whole check beside a schema check alone, of the same files."""
    files = sorted((fleet / "communities").glob("*.yaml"))
    words = [tool(CHECK_JSONSCHEMA, "check-jsonschema"), "--schemafile", SCHEMA, *files]
    theirs = side_by_side({"theirs": words}, repeats=1)["theirs"].wall_seconds
    return Row(
        what=f"`deployer validate`, {COMPARED:,} communities",
        ours=f"{samples.wall_seconds:.2f} s ({samples.cpu_seconds:.2f} s CPU), {samples.peak_mib:.0f} MiB",
        against=f"the schema alone by {CHECK_JSONSCHEMA}: {theirs:.1f} s",
        ratio=f"{theirs / samples.wall_seconds:.1f} times faster",
        bound=f"at most {MOST_SECONDS} s and {MOST_MIB} MiB",
        ok=samples.wall_seconds <= MOST_SECONDS and samples.peak_mib <= MOST_MIB,
    )


def _growth(measured: dict[int, Samples]) -> Row:
    start, some, many = (measured[size].cpu_seconds for size in (10, 1_000, 10_000))
    each_of_some, each_of_many = (some - start) / (1_000 - 10), (many - start) / (10_000 - 10)
    return Row(
        what="one community more, among 10,000",
        ours=f"{each_of_many * 1000:.2f} ms CPU",
        against=f"among 1,000: {each_of_some * 1000:.2f} ms CPU",
        ratio=f"{each_of_many / each_of_some:.2f}",
        bound=f"at most {MOST_GROWTH}",
        ok=each_of_many / each_of_some <= MOST_GROWTH,
    )
