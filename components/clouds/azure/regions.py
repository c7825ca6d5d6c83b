"""Which regions there are, and which of them have zones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from components.machines.catalogue import read_data
from components.machines.record import Record, Source


class Regions(Record):
    """The data file."""

    source: Source
    with_zones: tuple[str, ...]
    without_zones: tuple[str, ...]


@cache
def regions() -> Regions:
    """All of Azure's public regions."""
    return Regions.model_validate(read_data(Path(__file__).with_name("regions.yaml")))
