"""Lanes for people, and for workflows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployer.report.console import output, print_json

if TYPE_CHECKING:
    from deployer.rollout.lanes import Lanes


def show_lanes(lanes: Lanes, *, as_json: bool) -> None:
    """A line for each lane, and who is left to a person."""
    if as_json:
        print_json({"lanes": _lanes(lanes), "by_hand": list(lanes.by_hand), "notes": list(lanes.notes)})
        return
    for lane in lanes.lanes:
        several = len(lane.names) > 1
        output().print(f"{lane.name}: {' '.join(lane.names)}" if several else lane.name, markup=False)
    for name in lanes.by_hand:
        text = f"by hand: {name}, whose cluster lets no workflow deploy (github in its file): deployer deploy {name}"
        output().print(text, style="yellow", markup=False)
    for note in lanes.notes:
        output().print(note, style="yellow", markup=False)
    if not lanes.lanes and not lanes.by_hand:
        output().print("nobody is concerned")


def write_lanes(lanes: Lanes, file: Path) -> None:
    """Hand them to a workflow's next job."""
    with file.open("a", encoding="utf-8") as out:
        out.write(f"lanes={json.dumps(_lanes(lanes))}\n")


def _lanes(lanes: Lanes) -> list[dict[str, Any]]:
    """As `matrix` in a workflow takes them."""
    return [{"name": lane.name, "names": " ".join(lane.names), "several": len(lane.names) > 1} for lane in lanes.lanes]
