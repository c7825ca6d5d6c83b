"""Which regions there are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from components.machines.catalogue import read_data
from components.machines.record import Record, Source


class Regions(Record):
    """The data file."""

    source: Source
    regions: tuple[str, ...]


@cache
def regions() -> tuple[str, ...]:
    """Names of all regions."""
    return Regions.model_validate(read_data(Path(__file__).with_name("regions.yaml"))).regions
