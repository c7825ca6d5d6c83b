"""A change against what stood before it, as text, as JSON, or as a comment in Markdown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from deployer.comparison.result import Comparison, Part, StackPreview
from deployer.report.asked import asked_data, asked_lines
from deployer.report.console import output, print_folded, print_json
from deployer.report.errors import problem_data
from deployer.report.markdown import comment

STYLES = {"create": "green", "update": "yellow", "replace": "bold magenta", "delete": "bold red"}
WORDS = {
    "data": "DATA AT RISK",
    "servers": "SERVERS WOULD END",
    "refused": "A DEPLOY REFUSES THIS",
    "unknown": "not known",
}


def show_comparison(comparison: Comparison, form: str) -> None:
    """The whole of it on standard output; `form` is text, json or markdown."""
    if form == "markdown":
        sys.stdout.write(comment(comparison))
    elif form == "json":
        print_json(comparison_data(comparison))
    else:
        for line, style in _lines(comparison):
            print_folded(output(), line, style=style)


def _lines(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """What must be read first, first."""
    for part in comparison.parts:
        for danger in part.dangers:
            style = "yellow" if danger.kind == "unknown" else "bold red"
            yield f"{WORDS[danger.kind]}: {danger.stack}: {danger.operation} {danger.what}: {danger.means}", style
    for moved in comparison.moved:
        yield f"MOVED {moved.name}: from {moved.before} to {moved.after}; people's data stays behind", "bold red"
    for renamed in comparison.renamed:
        yield f"RENAMED {renamed.before} is now {renamed.name}: new hubs; the old ones stay, with data", "bold red"
    for gone in comparison.gone:
        yield f"FILE DELETED {gone.name}: its hubs stay; deployer destroy {gone.name} takes them down", "bold yellow"
    for problem in comparison.problems:
        yield str(problem), "red"
    told = False
    for part in comparison.parts:
        lines = list(_part(part))
        told = told or bool(lines)
        yield from lines
    if not told and not (comparison.moved or comparison.renamed or comparison.gone or comparison.problems):
        yield f"nothing would change since {comparison.since}", ""


def _part(part: Part) -> Iterator[tuple[str, str]]:
    if part.fate == "changed" and all(stack.quiet for stack in part.stacks):
        return
    kind = "cluster " if part.cluster else ""
    yield f"{kind}{part.name}{'' if part.fate == 'changed' else f' ({part.fate})'}", "bold"
    for problem in part.problems:
        yield f"  {problem}", "red"
    for stack in part.stacks:
        yield from _stack(stack)
    cost = part.cost
    if cost is not None and cost.month.before != cost.month.after:
        yield f"  a month while nobody computes: {_usd(cost.month.before.usd)} -> {_usd(cost.month.after.usd)}", ""
    for hour in cost.hours if cost else ():
        if hour.changed:
            old, new = (_usd(side.full) if side else "nothing" for side in (hour.before, hour.after))
            yield f"  an hour in {hour.profile} {hour.size}".rstrip() + f": {old} -> {new}", ""


def _stack(stack: StackPreview) -> Iterator[tuple[str, str]]:
    if stack.part:
        yield f"  {stack.part} ({stack.stack})", "bold"
    if stack.fresh and not stack.failure:
        yield f"    not deployed yet: all of it is made for the first time ({len(stack.changes)} resources)", ""
    if stack.asked is not None:
        for line, style in asked_lines(stack.asked, resources=bool(stack.changes)):
            if style != "dim" or not stack.fresh:  # what a setting does to people: nobody is there
                yield f"  {line}", style
    for change in stack.changes:
        properties = f": {', '.join(change.properties[:6])}" if change.properties else ""
        yield f"    {change.operation:8} {change.kind} {change.name}{properties}", STYLES[change.operation]
    for change in stack.drifted:
        yield f"    drifted  {change.kind} {change.name}, whatever this change does", "yellow"
    if stack.failure:
        yield f"    no preview of resources: {stack.failure}", "red"


def _usd(amount: float | None) -> str:
    return "unknown" if amount is None else f"${amount:,.4g}" if amount < 1 else f"${amount:,.2f}"


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """For other programs."""
    return {
        "since": comparison.since,
        "base": comparison.base,
        "simulated": comparison.simulated,
        "everything": comparison.everything,
        "parts": [_part_data(part) for part in comparison.parts],
        "gone": [asdict(gone) for gone in comparison.gone],
        "renamed": [asdict(renamed) for renamed in comparison.renamed],
        "moved": [
            {"name": moved.name, "before": str(moved.before), "after": str(moved.after)} for moved in comparison.moved
        ],
        "problems": [problem_data(problem) for problem in comparison.problems],
    }


def _part_data(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "cluster": part.cluster,
        "fate": part.fate,
        "was": part.was,
        "url": part.url,
        "reasons": list(part.reasons),
        "communities": list(part.people),
        "stacks": [_stack_data(stack) for stack in part.stacks],
        "cost": asdict(part.cost) if part.cost else None,
    }


def _stack_data(stack: StackPreview) -> dict[str, Any]:
    """Resources by what differs; their inputs, of which some are secret, are no part of it."""
    return {
        "part": stack.part,
        "stack": stack.stack,
        "new": stack.fresh,
        "asked": asked_data(stack.asked, resources=bool(stack.changes)),
        "resources": [
            {"operation": each.operation, "type": each.type, "name": each.name, "properties": list(each.properties)}
            for each in stack.changes
        ],
        "drifted": [{"type": each.type, "name": each.name, "operation": each.operation} for each in stack.drifted],
        "dangers": [asdict(danger) for danger in stack.dangers],
        "problems": [problem_data(problem) for problem in stack.problems],
        "failure": stack.failure,
    }
