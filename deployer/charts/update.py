"""Takes another version of a chart into the lock file, or looks at the same one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from components.charts import LOCK, BreakingChange, Chart, charts
from deployer.charts.archive import archives_folder, digest_of, fetched
from deployer.charts.helm import FindHelm
from deployer.charts.lock import write_entry
from deployer.errors import BadInput


@dataclass(frozen=True)
class Updated:
    """What an update did."""

    name: str
    before: Chart
    after: Chart
    breaking: list[BreakingChange]
    """Between the two."""


def chart_named(name: str) -> Chart:
    """A chart of the lock file. Raises BadInput, with the nearest name."""
    from deployer.config.suggest import did_you_mean

    if name not in charts():
        raise BadInput([], fault=f"no chart named {name!r}", remedy=did_you_mean(name, charts(), kind="charts"))
    return charts()[name]


def update(name: str, version: str | None, find_helm: FindHelm, *, lock: Path = LOCK) -> Updated:
    """Fetch a version (by default the locked one again) and write its digest down.

    Raises BadInput for a name or version that cannot be, EngineFailed where the chart cannot be had.
    """
    before = chart_named(name)
    try:
        wanted = Chart.model_validate(
            {**before.model_dump(), "version": version or before.version, "digest": "unknown"}
        )
    except ValueError:
        raise BadInput([], fault=f"{version!r} is no version of a chart", remedy="write one as 4.4.0") from None
    (archives_folder() / wanted.archive).unlink(missing_ok=True)
    digest = digest_of(fetched(wanted, find_helm))
    source = f'"fetched from its repository on {date.today().isoformat()}"'
    write_entry(lock, name, version=wanted.version, digest=digest, source=source)
    charts.cache_clear()
    after = wanted.model_copy(update={"digest": digest})
    return Updated(name, before, after, after.broken_since(before.version))
