"""Health checks of many hubs: a line as each ends, what went wrong where, one table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deployer.report.console import errors, output, print_json
from deployer.report.errors import error_data
from deployer.report.health import result_data, show_fault
from deployer.rollout.progress import Event, Note, ToolProgress

if TYPE_CHECKING:
    from deployer.rollout.health.fleet import Checked

HEADINGS = ("community", "stage", "health", "seconds", "step that failed")


def told(event: Event) -> None:
    """What happens before checks can begin, as far as it takes long."""
    if isinstance(event, Note):
        errors().print(event.text, markup=False)
    elif isinstance(event, ToolProgress):
        errors().print(f"{event.tool}: {event.text}", markup=False)


def show_checked(checked: Checked) -> None:
    """A check ended: progress for whoever waits."""
    errors().print(f"{checked.community} {checked.stage}: {_verdict(checked)}", markup=False)


def show_fleet_health(found: Sequence[Checked], *, as_json: bool) -> None:
    """Of each hub that is not healthy what was seen; then a line for each, and how many are."""
    if as_json:
        print_json([_data(checked) for checked in found])
        return
    for checked in found:
        if not checked.healthy:
            _show_trouble(checked)
    rows = [_row(checked) for checked in found]
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()

    output().print(line(HEADINGS), style="bold", markup=False)
    for checked, row in zip(found, rows, strict=True):
        output().print(line(row), style="green" if checked.healthy else "red", markup=False)
    healthy = sum(checked.healthy for checked in found)
    style = "bold green" if healthy == len(found) else "bold red"
    output().print(f"{healthy} of {len(found)} hubs are healthy", style=style, markup=False)


def _show_trouble(checked: Checked) -> None:
    output().print(f"{checked.community} {checked.stage}", style="bold red", markup=False)
    if checked.error:
        output().print(f"    {checked.error}", markup=False)
    elif checked.result and checked.result.fault:
        output().print(f"    {checked.result.fault.step}", markup=False)
        show_fault(checked.result.fault)


def _verdict(checked: Checked) -> str:
    if checked.error:
        return "not checked"
    return "healthy" if checked.healthy else "unhealthy"


def _row(checked: Checked) -> tuple[str, ...]:
    fault = checked.result.fault if checked.result else None
    step = fault.step if fault else str(checked.error or "-").partition("\n")[0]
    return checked.community, checked.stage, _verdict(checked), f"{checked.seconds:.1f}", step


def _data(checked: Checked) -> dict[str, Any]:
    named: dict[str, Any] = {"community": checked.community, "stage": checked.stage}
    if checked.result:
        return {**named, **result_data(checked.result)}
    return {**named, "healthy": False, "seconds": round(checked.seconds, 3), "error": _error(checked)}


def _error(checked: Checked) -> Any:
    return error_data(checked.error) if checked.error else None
