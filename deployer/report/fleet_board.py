"""How a fleet's rollout stands at this moment, put together from its events: what the live table shows."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from deployer.rollout.fleet.events import Begun, Ended, FleetEvent, Heard, PutOff, Surveyed, WaveBegun
from deployer.rollout.fleet.result import Kind, Member
from deployer.rollout.progress import (
    CheckRemark,
    CheckStep,
    Event,
    ResourceRemark,
    ResourceStarted,
    StepDone,
    StepStarted,
)
from deployer.rollout.subject import CLUSTER
from schemas.stage import STAGES

CHECK = " health"
"""Ends the name of the step that checks a stage."""


@dataclass
class Line:
    """One community, or one cluster."""

    name: str
    kind: Kind
    cells: dict[str, str] = field(default_factory=dict)
    """State by stage; of a cluster, of itself."""
    doing: str = ""
    began: float | None = None
    seconds: float | None = None
    """Once it has ended."""
    state: str = "waiting"

    @property
    def lasted(self) -> float | None:
        """Seconds so far."""
        if self.seconds is not None:
            return self.seconds
        return None if self.began is None else time.monotonic() - self.began


class Board:
    """All lines, and where the whole stands."""

    def __init__(self) -> None:
        self.lines: dict[tuple[Kind, str], Line] = {}
        self.wave = ""
        self.counts: Counter[str] = Counter()
        """Of communities that have ended, by state."""
        self.began = time.monotonic()

    def tell(self, event: FleetEvent) -> None:
        """Take in what happened."""
        match event:
            case Surveyed():
                self._begin_with(event)
            case WaveBegun():
                self.wave = f"wave {event.number} of {event.of}"
            case Begun():
                line = self._line(event.kind, event.name)
                line.began, line.state = time.monotonic(), "running"
            case PutOff():
                line = self._line(event.kind, event.name)
                line.began, line.state, line.doing = None, "waiting", "held by another run"
            case Heard() if event.name:
                _heard(self._line(event.kind, event.name), event.event)
            case Ended():
                self._end(event.member)
            case _:
                return

    @property
    def running(self) -> int:
        """How many are being worked on."""
        return sum(line.state == "running" for line in self.lines.values())

    @property
    def waiting(self) -> int:
        """How many have not been begun."""
        return sum(line.state == "waiting" for line in self.lines.values())

    def _begin_with(self, event: Surveyed) -> None:
        for name in event.clusters:
            self.lines["cluster", name] = Line(name=name, kind="cluster", cells={CLUSTER: "waiting"})
        for wave in event.waves:
            for name in wave:
                cells: dict[str, str] = {
                    stage: "waiting" if stage in event.parts[name] else "unchanged" for stage in STAGES
                }
                self.lines["community", name] = Line(name=name, kind="community", cells=cells)

    def _line(self, kind: Kind, name: str) -> Line:
        return self.lines.setdefault((kind, name), Line(name=name, kind=kind))

    def _end(self, member: Member) -> None:
        if member.kind == "community":
            self.counts[member.state] += 1
        if (member.kind, member.name) not in self.lines:
            return  # unchanged, or refused: a number is enough
        line = self._line(member.kind, member.name)
        line.state, line.seconds = member.state, member.seconds if line.began else None
        line.doing = member.error.fault if member.error else member.why
        rest = iter([member.state if member.state not in ("up", "unchanged") else "", "blocked"])
        for stage, cell in line.cells.items():
            if member.state in ("up", "unchanged"):
                line.cells[stage] = "up" if cell in ("updating", "updated", "checking") else cell
            elif cell not in ("unchanged", "healthy", "up", "updated") or member.state != "failed":
                line.cells[stage] = next(rest, "blocked")


def _heard(line: Line, event: Event) -> None:
    match event:
        case StepStarted():
            stage = event.step.removesuffix(CHECK)
            line.doing = event.step
            if stage in line.cells:
                line.cells[stage] = "checking" if event.step.endswith(CHECK) else "updating"
        case StepDone():
            stage = event.step.removesuffix(CHECK)
            line.doing = ""
            if stage in line.cells:
                line.cells[stage] = "healthy" if event.step.endswith(CHECK) else "updated"
        case ResourceStarted():
            line.doing = f"{event.operation} {event.kind} {event.name}"
        case ResourceRemark(passing=True):
            line.doing = f"{event.kind} {event.name}: {event.text}"
        case CheckRemark():
            line.doing = f"{event.name}: {event.text}"
        case CheckStep():
            line.doing = event.name
        case _:
            return
