"""What each cloud has to offer, found by its folder: a catalogue, a formula, prices."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import components.clouds
from components.machines.capacity import Capacity
from components.machines.catalogue import FILE, Catalogue, read_catalogue
from components.machines.machine_type import MachineType
from components.machines.names import UnavailableError, unknown
from components.machines.rates import Rates, read_rates


@dataclass(frozen=True)
class Offer:
    """A cloud, as somebody sees it who wants to rent machines there."""

    cloud: str
    catalogue: Catalogue
    rates: Rates
    formula: Callable[[MachineType], Capacity]

    def machine(self, name: str) -> MachineType:
        """The machine type of that name. Raises UnavailableError."""
        known = self.catalogue.machine_types
        if name not in known:
            raise unknown(name, known, what=f"machine type in the catalogue of {self.cloud}", kind="machine types")
        return known[name]

    def allocatable(self, machine: MachineType) -> Capacity:
        """What Kubernetes hands out on one such node, by the cloud's published formula."""
        return self.formula(machine)

    def free(self, machine: MachineType, daemonsets: Capacity | None = None) -> Capacity:
        """What is left for servers; `daemonsets` replaces the catalogue's figure."""
        return self.formula(machine).without(daemonsets or self.catalogue.daemonsets.capacity)


def _folder(cloud: str) -> Path | None:
    folders = (Path(place) / cloud for place in components.clouds.__path__)
    return next((folder for folder in folders if (folder / FILE).is_file()), None)


@cache
def clouds() -> tuple[str, ...]:
    """Names of the clouds that rent out machines: those with a catalogue in their folder."""
    folders = (file.parent for place in components.clouds.__path__ for file in Path(place).glob(f"*/{FILE}"))
    return tuple(sorted({folder.name for folder in folders}))


@cache
def offer(cloud: str) -> Offer:
    """What that cloud offers. Raises UnavailableError when none of that name rents out machines."""
    folder = _folder(cloud)
    if folder is None:
        raise unknown(cloud, clouds(), what="cloud with a machine catalogue", kind="clouds")
    formula = importlib.import_module(f"components.clouds.{cloud}.allocatable")
    return Offer(cloud, read_catalogue(folder / FILE), read_rates(folder), formula.allocatable)


__all__ = ["Offer", "UnavailableError", "clouds", "offer"]
