"""Rollouts of many communities: a live table on a terminal, plain lines elsewhere, JSON lines; and how it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from deployer.config.fleet import counted
from deployer.errors import BadInput, DeployerError
from deployer.report.console import errors, output, print_event
from deployer.report.errors import error_data
from deployer.report.plan import announce_plan, plan_data
from deployer.rollout.fleet.events import (
    Begun,
    Ended,
    FleetEvent,
    FleetListener,
    Heard,
    Planned,
    PutOff,
    Surveyed,
    WaveBegun,
)
from deployer.rollout.progress import CheckStep, Note, ResourceRemark, StepDone, ToolProgress, event_data

if TYPE_CHECKING:
    from deployer.rollout.fleet.result import FleetResult, Member, State

WIDEST = 100
MOST_NAMES = 12
"""In one line of the end; the rest is counted."""
TOLD = {"up": "bold green", "failed": "bold red", "blocked": "yellow", "interrupted": "yellow"}


@contextmanager
def following_fleet(*, as_json: bool) -> Iterator[FleetListener]:
    """A listener for a fleet's events, while its rollout lasts."""
    if as_json:
        yield _one_at_a_time(_JsonLines())
    elif errors().is_terminal:
        from deployer.report.fleet_table import FleetTable

        lines = _Lines(planned=False)
        with FleetTable() as table:

            def tell(event: FleetEvent) -> None:
                table.tell(event)
                lines(event)

            yield tell
    else:
        yield _one_at_a_time(_Lines(planned=True))


def show_fleet(result: FleetResult, *, as_json: bool) -> None:
    """How it ended: sums, then whatever somebody must do something about."""
    if as_json:
        print_event(_result_data(result))
        return
    for member in result.of("failed", "interrupted", "refused"):
        _show_fault(member)
    for error in filter(None, [result.trouble]):
        _show_error("the journal", error)
    _show_names("blocked", [(member.why, member.name) for member in result.of("blocked")])
    _show_names("not begun", [(member.why, member.name) for member in result.of("not begun")])
    _show_names("prod waits", [(_in_general(each), each.name) for each in result.members if each.waits])
    for gone in result.gone:
        output().print(f"{gone.name} is deployed and has no file; to take it down: {gone.command}", markup=False)
    style = "bold green" if result.exit_code == 0 else "bold"
    output().print(f"{_sums(result)} ({result.seconds:.1f} s)", markup=False, style=style)
    if result.resume:
        output().print(f"  to go on from there: {result.resume}", markup=False)


class _JsonLines:
    """A JSON object a line; of what is tried every few seconds, only what is new."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str, str]] = set()

    def __call__(self, event: FleetEvent) -> None:
        if isinstance(event, Begun | PutOff):
            told = (event.kind, event.name, event.why if isinstance(event, PutOff) else "")
            if told in self._told:
                return
            self._told.add(told)
        print_event(_event_data(event))


class _Lines:
    """A line for whatever ended; with `planned`, for plans too."""

    def __init__(self, *, planned: bool) -> None:
        self._planned = planned
        self._said: set[str] = set()

    def __call__(self, event: FleetEvent) -> None:
        match event:
            case Surveyed():
                errors().print(_survey_line(event), markup=False)
            case WaveBegun():
                names = _listed(event.names)
                errors().print(f"wave {event.number} of {event.of}: {names}", markup=False, style="bold")
            case PutOff():
                self._once(f"{event.name:20} waits: {event.why}")
            case Planned() if self._planned:
                errors().print(f"{event.name}:", markup=False)
                announce_plan(event.plan, as_json=False)
            case Ended():
                _ended_line(event.member)
            case Heard():
                self._heard(event)
            case _:
                return

    def _heard(self, heard: Heard) -> None:
        event, name = heard.event, heard.name
        match event:
            case Note():
                style = "yellow" if event.severity == "warning" else None
                self._once(f"{name:20} {event.text}" if name else event.text, style=style)
            case StepDone() if name and event.detail:
                _timed(f"{name:20} {event.step:14} {event.detail}", event.seconds)
            case CheckStep(passed=False):
                _timed(f"{name:20} {event.name} failed", event.seconds, style="red")
            case ResourceRemark(passing=False):
                errors().print(f"{name:20} {event.kind} {event.name}: {event.text}", markup=False)
            case ToolProgress():
                self._once(f"{event.tool}: {event.text}")
            case _:
                return

    def _once(self, line: str, *, style: str | None = None) -> None:
        if line not in self._said:
            self._said.add(line)
            errors().print(line, markup=False, style=style)


def _one_at_a_time(tell: FleetListener) -> FleetListener:
    # Events come from several threads; a line must stay a line.
    lock = threading.Lock()

    def told(event: FleetEvent) -> None:
        with lock:
            tell(event)

    return told


def _survey_line(event: Surveyed) -> str:
    count = sum(len(wave) for wave in event.waves)
    parts = [f"{count} to roll out", f"{event.unchanged} unchanged"]
    parts += [counted(event.waiting, "prod waits", "prods wait")] if event.waiting else []
    parts += [f"{counted(len(event.clusters), 'cluster')} first"] if event.clusters else []
    parts += [f"{event.refused} refused"] if event.refused else []
    waves = f"; in {len(event.waves)} waves: {event.why_in_waves}" if len(event.waves) > 1 else ""
    return f"{', '.join(parts)}{waves} ({event.seconds:.1f} s)"


def _ended_line(member: Member) -> None:
    if member.state not in TOLD:
        return
    name = member.name if member.kind == "community" else f"cluster {member.name}"
    said = member.error.fault if member.error else member.why
    line = f"{name:20} {member.state}" + (f": {said}" if said else "")
    _timed(line, member.seconds, style=TOLD[member.state])


def _timed(line: str, seconds: float, *, style: str | None = None) -> None:
    room = min(errors().width, WIDEST) - len(" 1234.5 s")
    errors().print(f"{line:{room}} {seconds:6.1f} s", markup=False, style=style)


def _show_fault(member: Member) -> None:
    if member.error is not None:
        _show_error(member.name, member.error)


def _show_error(name: str, error: DeployerError) -> None:
    if isinstance(error, BadInput) and error.problems:
        for problem in sorted(error.problems, key=lambda problem: problem.place):
            errors().print(str(problem), markup=False)
    else:
        fault = error.fault if name in error.fault else f"{name}: {error.fault}"
        errors().print(fault, markup=False, style="bold red")
    for line in (error.left, error.remedy):
        if line:
            errors().print(f"  {line}", markup=False)


def _in_general(member: Member) -> str:
    """Why its prod waits, in words that are the same for all who wait for the same."""
    return member.waits.replace(f"promote {member.name}", "promote NAME")


def _show_names(what: str, found: Iterable[tuple[str, str]]) -> None:
    """A line for each reason; `found` are reasons with names."""
    by_reason: dict[str, list[str]] = {}
    for why, name in found:
        by_reason.setdefault(why, []).append(name)
    for why, names in by_reason.items():
        output().print(f"{what}: {', '.join(names)}: {why}", markup=False, style="yellow")


def _sums(result: FleetResult) -> str:
    states: tuple[State, ...] = ("up", "unchanged", "failed", "blocked", "refused", "interrupted", "not begun")
    counts = {state: sum(member.kind == "community" for member in result.of(state)) for state in states}
    said = [f"{count} {state}" for state, count in counts.items() if count]
    for state in ("failed", "refused"):
        clusters = sum(member.kind == "cluster" for member in result.of(state))
        said += [f"{counted(clusters, 'cluster')} {state}"] if clusters else []
    waiting = sum(bool(member.waits) for member in result.members)
    said += [counted(waiting, "prod waits", "prods wait")] if waiting else []
    return ", ".join(said) or "nothing to do"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _event_data(event: FleetEvent) -> dict[str, Any]:
    match event:
        case Heard():
            return {**event_data(event.event), **({event.kind: event.name} if event.name else {})}
        case Planned():
            return {"event": "plan", event.kind: event.name, **plan_data(event.plan, resources=False)}
        case Surveyed():
            return {"event": "surveyed", **asdict(event)}
        case WaveBegun():
            return {"event": "wave_begun", **asdict(event)}
        case Begun():
            return {"event": "begun", event.kind: event.name}
        case PutOff():
            return {"event": "put_off", event.kind: event.name, "why": event.why}
        case Ended():
            return {"event": "ended", event.member.kind: event.member.name, **_member_data(event.member)}


def _member_data(member: Member) -> dict[str, Any]:
    data: dict[str, Any] = {"state": member.state, "seconds": round(member.seconds, 3)}
    if member.why:
        data["why"] = member.why
    if member.waits:
        data["waits"] = member.waits
    if member.error is not None:
        data["fault"] = error_data(member.error)
    if member.rollout is not None:
        data["rollout"] = asdict(member.rollout)
    return data


def _result_data(result: FleetResult) -> dict[str, Any]:
    return {
        "event": "result",
        "exit_code": result.exit_code,
        "seconds": round(result.seconds, 3),
        "stopped": result.stopped,
        "resume": result.resume,
        "members": [{"name": each.name, "kind": each.kind, **_member_data(each)} for each in result.members],
        "gone": [asdict(gone) for gone in result.gone],
        **({"trouble": error_data(result.trouble)} if result.trouble else {}),
    }
