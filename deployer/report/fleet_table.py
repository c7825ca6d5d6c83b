"""The live table of a fleet's rollout: as many lines as the terminal has room for, those at work first."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from deployer.report.console import errors
from deployer.report.fleet_board import Board, Line
from deployer.rollout.fleet.events import FleetEvent
from schemas.stage import STAGES

if TYPE_CHECKING:
    from rich.table import Table

STYLES = {
    "updating": "cyan",
    "checking": "cyan",
    "healthy": "green",
    "up": "green",
    "updated": "green",
    "failed": "bold red",
    "blocked": "yellow",
    "interrupted": "yellow",
    "not begun": "dim",
    "unchanged": "dim",
    "waiting": "dim",
}
ORDER = ("running", "failed", "interrupted", "blocked", "waiting", "up", "unchanged", "not begun")
"""Which lines are dropped last where there is no room for all."""
AROUND = 6
"""Rows of the terminal for head, sums and what is printed above."""
A_SECOND = 4
"""Times that it is drawn anew: seconds run."""


class FleetTable:
    """Shows the board while a rollout lasts; gone afterwards, when the lines of the end are printed."""

    def __init__(self) -> None:
        self._board = Board()
        self._lock = threading.Lock()

    def __enter__(self) -> FleetTable:
        from rich.live import Live

        self._live = Live(get_renderable=self._drawn, console=errors(), refresh_per_second=A_SECOND, transient=True)
        self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._live.stop()

    def tell(self, event: FleetEvent) -> None:
        """Take in what happened."""
        with self._lock:
            self._board.tell(event)

    def _drawn(self) -> Table:
        from rich.table import Table
        from rich.text import Text

        with self._lock:
            table = Table(box=None, pad_edge=False, caption=self._sums(), caption_justify="left", expand=True)
            table.add_column("community", no_wrap=True)
            for stage in STAGES:
                table.add_column(stage, no_wrap=True, min_width=9)
            table.add_column("seconds", justify="right", no_wrap=True)
            table.add_column("", no_wrap=True, overflow="ellipsis", ratio=1)
            for line in self._shown():
                lasted = line.lasted
                cells = [Text(state, style=STYLES.get(state, "")) for state in _states(line)]
                name = line.name if line.kind == "community" else f"cluster {line.name}"
                seconds = "" if lasted is None else f"{lasted:.1f}"
                table.add_row(Text(name), *cells, seconds, Text(line.doing.replace("\n", " "), style="dim"))
        return table

    def _shown(self) -> list[Line]:
        """In the order of the rollout; where not all have room, those that matter most."""
        lines = list(self._board.lines.values())
        room = max(1, errors().height - AROUND)
        if len(lines) <= room:
            return lines
        ranked = sorted(range(len(lines)), key=lambda place: (ORDER.index(lines[place].state), place))
        return [lines[place] for place in sorted(ranked[:room])]

    def _sums(self) -> str:
        board = self._board
        counts = [f"{count} {state}" for state, count in sorted(board.counts.items())]
        parts = [board.wave, f"{board.running} running", f"{board.waiting} waiting", *counts]
        return "  ".join([*filter(None, parts), f"{time.monotonic() - board.began:.0f} s"])


def _states(line: Line) -> list[str]:
    if line.kind == "cluster":
        return [next(iter(line.cells.values()), ""), ""]
    return [line.cells.get(stage, "") for stage in STAGES]
