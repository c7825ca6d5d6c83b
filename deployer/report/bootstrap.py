"""What `deployer bootstrap` will do, and what it did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING

from deployer.report.console import errors, output, print_event, print_json
from deployer.report.plan import STYLES, plan_data

if TYPE_CHECKING:
    from deployer.rollout.bootstrap import Readiness, Undone
    from deployer.rollout.plan import Plan


def announce_steps(plan: Plan, *, as_json: bool) -> None:
    """Every step, before the first is done."""
    if as_json:
        print_event({"event": "plan", **plan_data(plan)})
        return
    for stack in plan.stacks:
        errors().print(f"account {plan.name}: {len(stack.effective)} steps", markup=False, style="bold")
        for change in stack.effective:
            line = f"  {change.operation:8} {change.kind} {change.name}"
            errors().print(line, markup=False, style=STYLES[change.operation])


def show_ready(ready: Readiness, *, name: str, provider: str, as_json: bool) -> None:
    """What is there, what workflows need to know, and what to do next."""
    if as_json:
        print_json(asdict(ready))
        return
    page = output()
    page.print(f"account {ready.account}: {ready.detail} ({ready.seconds:.1f} s)", markup=False)
    state = ready.facts["state"]
    if state:
        page.print(f"  state    {state['backend_url']}", markup=False)
        page.print(f"  secrets  {state['secrets_provider']}", markup=False)
    ci = ready.facts["ci"]
    if ci:
        page.print(f"  workflows deploy as {ci['principal']}, by {ci['action']}; tell the repository:", markup=False)
        page.print(f"    {variable_command(provider, ci['settings'])}", markup=False)
    if ready.kept_back:
        page.print(f"  the state is not in that bucket: {ready.kept_back}", markup=False, style="yellow")
    if ready.moved:
        page.print("  Pulumi.yaml changed: commit it, so that everyone finds the state", markup=False)
    page.print(f"next: deployer deploy {name}", markup=False)


def variable_command(provider: str, settings: Mapping[str, str]) -> str:
    """Sets the one variable that the workflows of `.github/` need for a cloud; none of it is a secret."""
    return f"gh variable set HUBS_{provider.upper()} --body {quote(json.dumps(dict(settings)))}"


def show_undone(undone: Undone, *, as_json: bool) -> None:
    """What is left."""
    if as_json:
        print_json(asdict(undone))
        return
    output().print(f"account {undone.account}: taken back ({undone.seconds:.1f} s)", markup=False)
    for what, identity in undone.kept.items():
        output().print(f"  kept: {what} {identity}", markup=False)
