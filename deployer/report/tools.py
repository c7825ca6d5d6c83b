"""External tools for people and programs: what is in place, and how an installation goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployer.report.console import errors, output, print_json
from deployer.toolchain import Phase, Progress

if TYPE_CHECKING:
    from deployer.toolchain.status import ToolStatus


def show_tools(tools: Sequence[ToolStatus], *, as_json: bool) -> None:
    """Every tool with its version, where it is, or how it would be had."""
    if as_json:
        print_json([tool_data(tool) for tool in tools])
        return
    # Aligned by hand: a table would fold or crop paths to the terminal's width, and nobody could copy them.
    rows = [_row(tool) for tool in tools]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for tool, (name, version, where) in zip(tools, rows, strict=True):
        line = f"{name:{widths[0]}}  {version:{widths[1]}}  {where}"
        output().print(line, markup=False, style="" if tool.found or tool.optional else "yellow")
    warn_of_missing(tools)


def warn_of_missing(tools: Sequence[ToolStatus]) -> None:
    """Say on standard error which are missing and how to get them."""
    missing = [tool.name for tool in tools if not tool.found and not tool.optional]
    if missing:
        errors().print(f"missing: {', '.join(missing)}; get them: deployer tools install", markup=False, style="yellow")


def _row(tool: ToolStatus) -> tuple[str, str, str]:
    if tool.found is None:
        state = "optional" if tool.optional else "missing"
        return tool.name, f"{state} ({tool.wanted})", f"would come by {tool.how}"
    return tool.name, tool.found.version, f"{tool.found.path}  ({tool.found.source})"


def tool_data(tool: ToolStatus) -> dict[str, Any]:
    """A tool for other programs."""
    found = tool.found
    return {
        "name": tool.name,
        "wanted": tool.wanted,
        "found": found.version if found else None,
        "optional": tool.optional,
        "source": found.source if found else None,
        "path": str(found.path) if found else None,
        "how": tool.how,
        "looked_in": [{"place": attempt.way, "reason": attempt.reason} for attempt in tool.attempts],
    }


def show_installed(executables: Mapping[str, Path], *, as_json: bool) -> None:
    """Where the tools are now."""
    if as_json:
        print_json({name: str(path) for name, path in executables.items()})
        return
    for name, path in executables.items():
        output().print(f"{name}: {path}", markup=False)


def show_path(folders: Sequence[Path], *, as_json: bool) -> None:
    """A value for PATH that finds the tools; the whole of it, since an empty piece would mean the current folder."""
    current = os.environ.get("PATH", os.defpath)
    path = os.pathsep.join([*map(str, folders), current])
    if as_json:
        print_json({"folders": [str(folder) for folder in folders], "path": path})
    else:
        output().print(path, markup=False)


@contextmanager
def installing() -> Iterator[Callable[[Progress], None]]:
    """Show installations on standard error while the block runs: live on a terminal, else a line for each new phase."""
    if not errors().is_terminal:
        yield _lines()
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Live

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), TimeElapsedColumn())
    with Live(*columns, console=errors(), transient=True) as live:
        tasks: dict[str, Any] = {}

        def show(step: Progress) -> None:
            if step.phase in (Phase.REFUSED, Phase.DONE):
                live.console.print(_sentence(step), markup=False, style="yellow" if step.phase is Phase.REFUSED else "")
            if step.tool not in tasks:
                tasks[step.tool] = live.add_task(step.tool, total=None)
            live.update(
                tasks[step.tool],
                description=_short_sentence(step),
                completed=step.done_bytes,
                total=step.total_bytes,
                visible=step.phase is not Phase.DONE,
            )

        yield show


def _short_sentence(step: Progress) -> str:
    detail = f", {step.detail}" if step.phase is Phase.BUILDING and step.detail else ""
    megabytes = f" {step.done_bytes / 1e6:.0f} of {step.total_bytes / 1e6:.0f} MB" if step.total_bytes else ""
    return f"{step.tool}: {step.phase}{megabytes}{detail}"


def _lines() -> Callable[[Progress], None]:
    last: dict[str, Phase] = {}

    def show(step: Progress) -> None:
        if last.get(step.tool) != step.phase:
            last[step.tool] = step.phase
            errors().print(_sentence(step), markup=False)

    return show


def _sentence(step: Progress) -> str:
    done = f" after {step.elapsed_seconds:.0f} s" if step.phase is Phase.DONE else ""
    return f"{step.tool}: {step.phase}{done}" + (f": {step.detail}" if step.detail else "")
