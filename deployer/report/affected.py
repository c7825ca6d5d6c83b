"""Tells which stacks are affected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from deployer.report.console import errors, output, print_folded, print_json

if TYPE_CHECKING:
    from deployer.affected.result import Affected, AffectedStack

MOST_NAMED = 12
"""Stacks that are named of those with the same reasons."""
SHORT = 12
"""Characters of a commit that people read."""


def tell(line: str) -> None:
    """Progress."""
    errors().print(line, style="dim", markup=False)


def show_affected(result: Affected, *, as_json: bool) -> None:
    """As text, or as one JSON document."""
    if as_json:
        print_json(_plain(result))
        return
    for style, line in _lines(result):
        print_folded(output(), line, style=style)


def _plain(result: Affected) -> dict[str, Any]:
    return {
        "since": result.since,
        "base": result.base,
        "rendered": result.rendered,
        "everything": result.everything,
        "communities": list(result.communities),
        "clusters": list(result.clusters),
        "stacks": [asdict(stack) for stack in result.stacks],
        "gone": [asdict(each) for each in result.gone],
        "renamed": [asdict(each) for each in result.renamed],
        "moved": [{"name": each.name, "before": str(each.before), "after": str(each.after)} for each in result.moved],
        "problems": [str(problem) for problem in result.problems],
    }


def _lines(result: Affected) -> Iterator[tuple[str, str]]:
    """Style and text of each line: first what may cost people their data."""
    for moved in result.moved:
        yield "bold red", f"MOVED {moved.name}: from {moved.before} to {moved.after}"
        yield "", "  its stacks are made anew there; people's data stays behind, and nothing copies it"
    for renamed in result.renamed:
        yield "bold red", f"RENAMED {renamed.before} is now {renamed.name}"
        yield "", f"  new stacks are made; {', '.join(renamed.stacks)} stay as they are, with people's data"
    for gone in result.gone:
        yield "bold yellow", f"GONE {gone.name}: its file is not there any more"
        yield "", f"  {', '.join(gone.stacks)} stay as they are; deployer destroy takes them down, nothing else does"
    for problem in result.problems:
        yield "red", str(problem)
    if result.everything:
        yield "bold yellow", f"everything is affected: {result.everything}"
    for why, stacks in _by_reasons(result.stacks).items():
        names = ", ".join(stack.stack + _resources(stack) for stack in stacks[:MOST_NAMED])
        more = f" and {len(stacks) - MOST_NAMED:,} more (--json names all)" if len(stacks) > MOST_NAMED else ""
        yield "", why
        yield "", f"  {names}{more}"
    yield "", _summary(result)


def _by_reasons(stacks: Sequence[AffectedStack]) -> dict[str, list[AffectedStack]]:
    """Stacks that change for the very same reasons, together."""
    found: dict[str, list[AffectedStack]] = {}
    for stack in stacks:
        found.setdefault("; ".join(map(str, stack.reasons)), []).append(stack)
    return found


def _resources(stack: AffectedStack) -> str:
    count = len(stack.resources)
    return f" ({count} resource{'' if count == 1 else 's'})" if count else ""


def _summary(result: Affected) -> str:
    base = result.base[:SHORT]
    if not result.stacks:
        return f"no stack is affected since {result.since} ({base})"
    count = len(result.stacks)
    return f"{count:,} stack{' is' if count == 1 else 's are'} affected since {result.since} ({base})"
