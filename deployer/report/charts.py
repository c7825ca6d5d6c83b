"""Charts for people and programs: what is locked, what an update did, what a mirror got."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from components.charts import charts
from deployer.charts.archive import at_hand, digest_of
from deployer.report.console import errors, output, print_json

if TYPE_CHECKING:
    from deployer.charts.update import Updated

SHORT = len("sha256:") + 12


def show_charts(*, as_json: bool) -> None:
    """Every chart of the lock file with version, digest and repository."""
    rows = [_chart(name) for name in charts()]
    if as_json:
        print_json(rows)
        return
    widths = {key: max(len(str(row[key])) for row in rows) for key in ("name", "version")}
    for row in rows:
        digest = (row["digest"] or "unknown")[:SHORT]
        line = (
            f"{row['name']:{widths['name']}}  {row['version']:{widths['version']}}  {digest:{SHORT}}  {row['here']:9}"
        )
        output().print(f"{line}  {row['repository']}", markup=False, highlight=False, soft_wrap=True)
    unknown = [row["name"] for row in rows if row["digest"] is None]
    if unknown:
        errors().print(
            f"nobody fetched these yet, so their digests are unknown: {', '.join(unknown)}; "
            f"deployer charts update {unknown[0]}  records one",
            markup=False,
            style="yellow",
        )


def show_updated(updated: Updated, *, as_json: bool) -> None:
    """What is locked now, and what must be read on the way there."""
    if as_json:
        print_json(
            {
                "name": updated.name,
                "before": updated.before.version,
                "version": updated.after.version,
                "digest": updated.after.digest,
                "breaking": [change.model_dump() for change in updated.breaking],
            }
        )
        return
    output().print(
        f"{updated.name}: {updated.before.version} -> {updated.after.version}, {updated.after.digest}", markup=False
    )
    for change in updated.breaking:
        output().print(f"  breaking in {change.version}: {change.what}", markup=False, style="yellow")


@contextmanager
def mirrored(destination: str, copied: list[dict[str, Any]], *, as_json: bool) -> Iterator[Callable[[str, str], None]]:
    """Tells of each chart as it is copied, and at the end what to write where."""

    def tell(name: str, place: str) -> None:
        copied.append({"name": name, "place": place})
        if not as_json:
            output().print(f"{name}  {place}", markup=False, highlight=False, soft_wrap=True)

    yield tell
    if as_json:
        print_json({"destination": destination, "charts": copied})
    else:
        output().print(f"now write into the cluster's file:  chart_mirror: {destination}", markup=False, soft_wrap=True)


def _chart(name: str) -> dict[str, Any]:
    chart = charts()[name]
    archive = at_hand(chart)
    here = "absent" if archive is None else "here" if chart.digest in (None, digest_of(archive)) else "differs"
    return {
        "name": name,
        "version": chart.version,
        "digest": chart.digest,
        "here": here,
        "repository": chart.repository,
        "source": chart.source,
        "breaking": [change.model_dump() for change in chart.breaking],
    }
