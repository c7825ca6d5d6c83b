"""Plans: what a deploy would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deployer.report.console import errors, output, print_event, print_json
from deployer.report.errors import error_data, show_error

if TYPE_CHECKING:
    from deployer.rollout.engine.events import Change
    from deployer.rollout.plan import Plan, StackPlan
    from deployer.rollout.preview_fleet import Look

STYLES = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red"}


def show_plan(plan: Plan, *, as_json: bool) -> None:
    """A plan as a result: every resource that something would be done to."""
    if as_json:
        print_json(plan_data(plan))
        return
    if plan.empty:
        output().print(f"{plan.name}: nothing would change", markup=False)
        return
    for stack in plan.stacks:
        output().print(f"{stack.part} ({stack.stack})", markup=False, style="bold")
        _drift(stack)
        for change in stack.effective:
            output().print(f"  {_in_words(change)}", markup=False, style=STYLES[change.operation])
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
    for stack in plan.stacks:
        errors().print(f"plan: {stack.part:9} {_summary(stack)}", markup=False)


def plan_data(plan: Plan, *, resources: bool = True) -> dict[str, Any]:
    """A plan for other programs; with `resources`, all of them with their inputs (secrets are masked)."""
    return {
        "name": plan.name,
        "stacks": [
            {
                "part": stack.part,
                "stack": stack.stack,
                "changes": dict(Counter(change.operation for change in stack.effective)),
                "drifted": [change.name for change in stack.drifted],
                "note": stack.note,
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
        "inputs": dict(change.inputs),
    }


def _in_words(change: Change) -> str:
    properties = f": {', '.join(change.properties)}" if change.properties else ""
    return f"{change.operation:8} {change.kind} {change.name}{properties}"


def _summary(stack: StackPlan) -> str:
    counts = Counter((change.operation, change.kind) for change in stack.effective)
    parts = [f"{operation} {kind}" + (f" x{count}" if count > 1 else "") for (operation, kind), count in counts.items()]
    said = ", ".join(parts) or "no resource changes"
    return f"{said}; {stack.note}" if stack.note else said


def _drift(stack: StackPlan) -> None:
    for change in stack.drifted:
        gone = change.operation == "delete"
        what = "is gone" if gone else f"is not as it was deployed: {', '.join(change.properties)}"
        output().print(f"  {change.kind} {change.name} {what}", markup=False, style="yellow")
