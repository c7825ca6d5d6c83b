"""The Helm charts that are installed, read from `charts.yaml`: names, versions, where from, and what they must be."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter

from components.machines.catalogue import read_data
from components.machines.record import OrUnknown, Record


class Chart(Record):
    """One chart at one version."""

    chart: str
    """Its name in the repository."""
    version: Annotated[str, StringConstraints(pattern=r"^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$")]
    repository: Annotated[str, StringConstraints(pattern=r"^(https|oci)://[^\s]+[^/\s]$")]
    digest: Annotated[Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] | None, OrUnknown]
    """Of the packaged chart; None while nobody fetched it."""
    source: str
    """Where version and digest were read."""

    @property
    def in_registry(self) -> bool:
        """Whether it comes from a container registry, and not from a folder of archives with an index."""
        return self.repository.startswith("oci://")

    @property
    def reference(self) -> str:
        """What helm calls it: with its registry's address, or by the name in its repository."""
        return f"{self.repository}/{self.chart}" if self.in_registry else self.chart


@cache
def charts() -> dict[str, Chart]:
    """All of them, by the names that this project gives them."""
    data = read_data(Path(__file__).with_name("charts.yaml"))
    return TypeAdapter(dict[str, Chart]).validate_python(data)
