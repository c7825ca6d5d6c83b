"""Which hubs are up, where, and how healthy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from deployer.report.console import output, print_json

if TYPE_CHECKING:
    from deployer.rollout.status import ClusterStatus, StageStatus

STYLES = {"up": "green", "drifted": "yellow", "unfinished": "yellow", "unchecked": "yellow", "unhealthy": "red"}
INPUTS = {None: "-", True: "as filed", False: "changed since"}
HEADINGS = ("community", "stage", "state", "healthy since", "inputs", "url")


def show_status(stages: Sequence[StageStatus], *, as_json: bool) -> None:
    """A line for each stage, and below it what differs there."""
    if as_json:
        print_json([asdict(stage) for stage in stages])
        return
    if not stages:
        output().print("no communities yet: add communities/<name>.yaml")
        return
    rows = [_row(stage) for stage in stages]
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    output().print(line(HEADINGS), style="bold", markup=False)
    for stage, row in zip(stages, rows, strict=True):
        output().print(line(row), style=STYLES.get(stage.state, "dim"), markup=False)
        for detail in (*stage.drift, *([stage.note] if stage.note else ())):
            output().print(f"    {detail}", markup=False)


def show_cluster_status(found: ClusterStatus, *, as_json: bool) -> None:
    """A cluster's own line, who is on it, and what an earlier one left."""
    if as_json:
        print_json(asdict(found))
        return
    since = f", since {found.deployed_at.astimezone():%Y-%m-%d %H:%M}" if found.deployed_at else ""
    inputs = "" if found.up_to_date is None else f", {INPUTS[found.up_to_date]}"
    style = STYLES.get(found.state, "dim")
    output().print(f"{found.cluster}: {found.state}{since}{inputs}", style=style, markup=False)
    if found.communities:
        output().print(f"    on it: {', '.join(found.communities)}", markup=False)
    for place in found.kept:
        output().print(f"    kept: {place}", markup=False)


def _row(stage: StageStatus) -> tuple[str, ...]:
    since = f"{stage.healthy_since.astimezone():%Y-%m-%d %H:%M}" if stage.healthy_since else "-"
    inputs = INPUTS[stage.up_to_date]
    return stage.community, stage.stage, stage.state, since, inputs, stage.url or "-"
