"""A cloud's machine types, read from `machine_types.yaml` in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, model_validator

from components.machines.capacity import MIB, Capacity
from components.machines.machine_type import MachineType
from components.machines.record import Record, Source

FILE = "machine_types.yaml"


class DaemonSets(Record):
    """What runs on every node before the first pod of ours."""

    cpu: float = Field(ge=0)
    memory_mib: int = Field(ge=0)
    pods: int = Field(ge=0)
    source: Source

    @property
    def capacity(self) -> Capacity:
        """What they take away."""
        return Capacity(millicores=round(self.cpu * 1000), memory_bytes=self.memory_mib * MIB, pods=self.pods)


class CoreMinimum(Record):
    """The least the cloud accepts for the pool that carries the hub."""

    cpu: int = Field(default=1, ge=1)
    nodes: int = Field(default=1, ge=1)
    source: Source


class Catalogue(Record):
    """Machine types in their file's order, and where each figure was read."""

    region: str
    """Region of the prices; other regions differ, and lack some types."""
    sizes_from: Source
    on_demand_from: Source
    spot_from: Source
    daemonsets: DaemonSets
    core_minimum: CoreMinimum
    machine_types: dict[str, MachineType]

    @model_validator(mode="before")
    @classmethod
    def _names_from_keys(cls, data: Any) -> Any:
        entries = {name: {"name": name, **entry} for name, entry in data["machine_types"].items()}
        return {**data, "machine_types": entries}

    def price_source(self, *, spot: bool = False) -> Source:
        """Where prices of that kind were read."""
        return self.spot_from if spot else self.on_demand_from

    @property
    def gpu_kinds(self) -> tuple[str, ...]:
        """Every kind there is, sorted."""
        return tuple(sorted({machine.gpu.kind for machine in self.machine_types.values() if machine.gpu}))


def read_catalogue(file: Path) -> Catalogue:
    """The catalogue in a file. Raises pydantic's ValidationError for a file that is not one."""
    return Catalogue.model_validate(read_data(file))


def read_data(file: Path) -> Any:
    """A data file of ours."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both loaders are safe ones
