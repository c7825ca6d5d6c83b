"""Plans: what a deploy would change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from deployer.report.console import errors, output, print_event, print_json

if TYPE_CHECKING:
    from deployer.rollout.engine.events import Change
    from deployer.rollout.plan import Plan, StackPlan

STYLES = {"create": "green", "update": "yellow", "replace": "magenta", "delete": "red"}


def show_plan(plan: Plan, *, as_json: bool) -> None:
    """A plan as a result: every resource that something would be done to."""
    if as_json:
        print_json(plan_data(plan))
        return
    if plan.empty:
        output().print(f"{plan.community}: nothing would change", markup=False)
        return
    for stack in plan.stacks:
        output().print(f"{stack.part} ({stack.stack})", markup=False, style="bold")
        _drift(stack)
        for change in stack.effective:
            output().print(f"  {_in_words(change)}", markup=False, style=STYLES[change.operation])
        if not stack.effective:
            output().print("  nothing would change", markup=False)


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
        "community": plan.community,
        "stacks": [
            {
                "part": stack.part,
                "stack": stack.stack,
                "changes": dict(Counter(change.operation for change in stack.effective)),
                "drifted": [change.name for change in stack.drifted],
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
    return ", ".join(parts) or "no resource changes"


def _drift(stack: StackPlan) -> None:
    for change in stack.drifted:
        gone = change.operation == "delete"
        what = "is gone" if gone else f"is not as it was deployed: {', '.join(change.properties)}"
        output().print(f"  {change.kind} {change.name} {what}", markup=False, style="yellow")
