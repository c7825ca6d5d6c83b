"""Plans: what a deploy would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deployer.report.asked import alike, asked_data, asked_lines
from deployer.report.console import errors, output, print_event, print_folded, print_json
from deployer.report.errors import error_data, show_error

if TYPE_CHECKING:
    from rich.console import Console

    from deployer.rollout.engine.events import Change
    from deployer.rollout.plan import Plan, StackPlan
    from deployer.rollout.preview_fleet import Look

RELEASE = "kubernetes:helm.sh/v3:Release"
MOST_PROPERTIES = 6
"""Of one resource that are named; --json names all."""
STYLES = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red"}


def show_plan(plan: Plan, *, as_json: bool) -> None:
    """A plan as a result: every resource that something would be done to."""
    if as_json:
        print_json(plan_data(plan))
        return
    if plan.empty and not any(stack.breaking or (stack.asked and stack.asked.settings) for stack in plan.stacks):
        output().print(f"{plan.name}: nothing would change", markup=False)
        return
    for stack in plan.stacks:
        output().print(f"{stack.part} ({stack.stack})", markup=False, style="bold")
        _asked(stack, output())
        _breaking(stack, output())
        _drift(stack)
        told = bool(stack.asked and stack.asked.settings and stack.effective)
        if told:
            output().print("  resources:", markup=False)
        for change in stack.effective:
            indent = "    " if told else "  "
            print_folded(output(), f"{indent}{_in_words(change)}", style=STYLES[change.operation])
        if not stack.effective:
            output().print("  nothing would change", markup=False)
        if stack.note:
            output().print(f"  {stack.note}", markup=False, style="yellow")


def show_looks(looks: Sequence[Look], *, as_json: bool) -> None:
    """Plans of several communities and clusters, and why some could not be made."""
    if as_json:
        print_json(
            [
                {
                    "name": look.name,
                    "plan": plan_data(look.plan) if look.plan else None,
                    "error": error_data(look.error) if look.error else None,
                }
                for look in looks
            ]
        )
        return
    for look in looks:
        if look.plan:
            output().print(f"{look.name}:", markup=False, style="bold")
            show_plan(look.plan, as_json=False)
    for look in looks:
        if look.error:
            show_error(look.error)


def announce_plan(plan: Plan, *, as_json: bool) -> None:
    """A plan as a step of a rollout: a line for each stack, before anything is done."""
    if as_json:
        print_event({"event": "plan", **plan_data(plan, resources=False)})
        return
    told: StackPlan | None = None
    for stack in plan.stacks:
        print_folded(errors(), f"plan: {stack.part:9} {_summary(stack)}")
        _breaking(stack, errors())
        if stack.asked and stack.asked.settings and told and told.asked and alike(stack.asked, told.asked):
            print_folded(errors(), f"  the same settings and values as {told.part}")
            continue
        _asked(stack, errors())
        told = stack


def plan_data(plan: Plan, *, resources: bool = True) -> dict[str, Any]:
    """A plan for other programs; with `resources`, all of them with their inputs (secrets are masked)."""
    return {
        "name": plan.name,
        "stacks": [
            {
                "part": stack.part,
                "stack": stack.stack,
                "new": stack.new,
                "changes": dict(Counter(change.operation for change in stack.effective)),
                "drifted": [change.name for change in stack.drifted],
                "note": stack.note,
                "breaking": list(stack.breaking),
                "asked": asked_data(stack.asked, resources=bool(stack.effective)),
                **({"resources": [_change_data(change) for change in stack.changes]} if resources else {}),
            }
            for stack in plan.stacks
        ],
    }


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "operation": change.operation,
        "type": change.type,
        "name": change.name,
        "urn": change.urn,
        "custom": change.custom,
        "properties": list(change.properties),
        "inputs": _inputs(change),
    }


def _inputs(change: Change) -> dict[str, Any]:
    """Of a chart's release without what people put into helm_values and sounds like a secret; others know their own."""
    from deployer.config.secrecy import veiled

    inputs = dict(change.inputs)
    return {**inputs, "values": veiled(inputs["values"])} if change.type == RELEASE and "values" in inputs else inputs


def _in_words(change: Change) -> str:
    named, more = change.properties[:MOST_PROPERTIES], len(change.properties) - MOST_PROPERTIES
    properties = f": {', '.join(named)}" if named else ""
    rest = f" and {more} more" if more > 0 else ""
    return f"{change.operation:8} {change.kind} {change.name}{properties}{rest}"


def _summary(stack: StackPlan) -> str:
    counts = Counter((change.operation, change.kind) for change in stack.effective)
    parts = [f"{operation} {kind}" + (f" x{count}" if count > 1 else "") for (operation, kind), count in counts.items()]
    said = "new: all of it is made" if stack.new else ", ".join(parts) or "no resource changes"
    return f"{said}; {stack.note}" if stack.note else said


def _asked(stack: StackPlan, console: Console) -> None:
    """Settings first, then values; resources follow."""
    if stack.asked is not None:
        for text, style in asked_lines(stack.asked, resources=bool(stack.effective)):
            print_folded(console, text, style=style)


def _breaking(stack: StackPlan, console: Console) -> None:
    for change in stack.breaking:
        print_folded(console, f"  breaking: {change}", style="yellow")


def _drift(stack: StackPlan) -> None:
    for change in stack.drifted:
        gone = change.operation == "delete"
        what = "is gone" if gone else f"is not as it was deployed: {', '.join(change.properties)}"
        output().print(f"  {change.kind} {change.name} {what}", markup=False, style="yellow")
