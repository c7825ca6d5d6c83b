"""Packaged charts on this machine: each fetched once, and looked at each time."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from components.charts import Chart
from deployer.charts.helm import FindHelm, pull
from deployer.errors import EngineFailed, GateFailed
from providers.cache_folder import cache_folder


def archives_folder() -> Path:
    """Where fetched charts are kept, for all checkouts."""
    return cache_folder() / "charts"


def digest_of(archive: Path) -> str:
    """As lock files and registries write it: sha256:…"""
    return f"sha256:{hashlib.sha256(archive.read_bytes()).hexdigest()}"


def at_hand(chart: Chart, mirror: str | None = None, project: Path | None = None) -> Path | None:
    """The chart's file where it can be had without a network, else None."""
    place = chart.found(mirror, project)
    here = Path(place.reference) if _is_file(place.reference, mirror) else archives_folder() / chart.archive
    return here if here.is_file() else None


def fetched(chart: Chart, find_helm: FindHelm, mirror: str | None = None, project: Path | None = None) -> Path:
    """The chart's file, fetched unless it is here. Raises EngineFailed where it cannot be had.

    A file that is not what the lock file says was cut off or is somebody else's: fetched again, once.
    """
    here = at_hand(chart, mirror, project)
    if here is not None and (_is_file(str(here), mirror) or chart.digest in (None, digest_of(here))):
        return here
    place = chart.found(mirror, project)
    if _is_file(place.reference, mirror):
        raise EngineFailed(
            f"{place.reference} is not there",
            left="nothing was changed",
            remedy=f"deployer charts mirror {mirror}  fills the folder, on a machine with internet",
        )
    archives_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=archives_folder()) as folder:
        got = pull(find_helm, place.reference, place.repository, chart.version, Path(folder))
        return got.replace(archives_folder() / chart.archive)


def require_digest(name: str, chart: Chart, archive: Path, expected: str | None) -> None:
    """Raises GateFailed for a file that is another than the expected one (None: any will do)."""
    found = digest_of(archive)
    if expected is not None and found != expected:
        raise GateFailed(
            f"chart {name} {chart.version} is not what it was: {archive} has {found}, and {expected} is expected",
            left="nothing was changed",
            remedy=f"somebody replaced a chart that was published already. Find out why; then "
            f"deployer charts update {name} {chart.version}  accepts it",
        )


def _is_file(reference: str, mirror: str | None) -> bool:
    """Whether charts are taken from a folder of somebody's, as it is."""
    return mirror is not None and not mirror.startswith("oci://") and reference.endswith(".tgz")
