"""The Helm charts that are installed, read from `charts.yaml`: names, versions, where from, and what they must be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter

from components.machines.catalogue import read_data
from components.machines.record import OrUnknown, Record

LOCK = Path(__file__).with_name("charts.yaml")
OCI = "oci://"

Version = Annotated[str, StringConstraints(pattern=r"^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$")]


class BreakingChange(Record):
    """A version that does not simply follow the one before."""

    version: Version
    what: str


class Chart(Record):
    """One chart at one version."""

    chart: str
    """Its name in the repository."""
    version: Version
    repository: Annotated[
        str, StringConstraints(pattern=r"^((https|oci)://|http://(localhost|127\.0\.0\.1)[:/])[^\s]+[^/\s]$")
    ]
    """Encrypted, unless it is on this very machine."""
    digest: Annotated[Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] | None, OrUnknown]
    """Of the packaged chart; None while nobody fetched it."""
    source: str
    """Where version and digest were read."""
    breaking: tuple[BreakingChange, ...] = ()

    @property
    def archive(self) -> str:
        """Name of its file, as helm packages it."""
        return f"{self.chart}-{self.version}.tgz"

    def found(self, mirror: str | None = None, project: Path | None = None) -> ChartPlace:
        """Where to get it: from its own repository, or from a mirror, which is a registry or a folder.

        A folder may be relative to the project.
        """
        if mirror is None:
            in_registry = self.repository.startswith(OCI)
            reference = f"{self.repository}/{self.chart}" if in_registry else self.chart
            return ChartPlace(reference, None if in_registry else self.repository)
        if mirror.startswith(OCI):
            return ChartPlace(f"{mirror.rstrip('/')}/{self.chart}", None)
        return ChartPlace(str((project or Path()) / Path(mirror).expanduser() / self.archive), None)

    def broken_since(self, version: str) -> list[BreakingChange]:
        """What somebody must read who goes on from that version to this one, in the order of versions."""
        return [change for change in self.breaking if _order(version) < _order(change.version) <= _order(self.version)]


@dataclass(frozen=True)
class ChartPlace:
    """What helm is told: a name in a repository, an address in a registry, or a file."""

    reference: str
    repository: str | None


@cache
def charts() -> dict[str, Chart]:
    """All of them, by the names that this project gives them."""
    return TypeAdapter(dict[str, Chart]).validate_python(read_data(LOCK))


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """Versions in their order, as far as it matters here: a version that is in development comes before it is out."""
    numbers = re.match(r"v?(\d+)\.(\d+)\.(\d+)(-?)", version)
    if numbers is None:
        raise ValueError(f"{version!r} is no version")
    return tuple(int(number) for number in numbers.group(1, 2, 3)), not numbers.group(4)
