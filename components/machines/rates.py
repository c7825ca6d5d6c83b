"""What a cloud charges besides machines, read from `prices.yaml` in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from components.machines.catalogue import read_data
from components.machines.record import Record, Source, Usd

FILE = "prices.yaml"
HOURS_PER_MONTH = 730


class Part(Record):
    """One line of a bill."""

    what: str
    usd: Usd
    per: Literal["month", "gib-month", "disk-month"]
    """`disk-month`: one price for a disk of at least `above_gib` and at most `up_to_gib`."""
    above_gib: int = 0
    up_to_gib: int = 0
    source: str
    """A key of `sources`."""


class Rates(Record):
    """Everything that is charged while nobody computes."""

    sources: dict[str, Source]
    control_plane: tuple[Part, ...]
    system_disk: tuple[Part, ...]
    homes: dict[Literal["disk-nfs", "managed-nfs"], tuple[Part, ...]]
    """By the kind of home storage."""
    nat: tuple[Part, ...]
    load_balancer: tuple[Part, ...]
    registry: tuple[Part, ...] = ()
    """Empty where it is charged by use alone."""
    not_counted: tuple[str, ...] = Field(min_length=1)
    """What else will be on the bill."""
    cheaper: tuple[str, ...] = ()
    """How to pay less, a sentence each."""


def read_rates(folder: Path) -> Rates:
    """The rates beside a cloud's catalogue. Raises pydantic's ValidationError for a file that is none."""
    return Rates.model_validate(read_data(folder / FILE))
