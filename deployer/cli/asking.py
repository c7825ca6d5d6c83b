"""Shows a plan, and goes ahead when somebody agrees."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from deployer.rollout.plan import Plan
    from deployer.rollout.progress import Listener

F = TypeVar("F", bound=Callable[..., object])


def yes_option(function: F) -> F:
    """`--yes`: nobody is asked."""
    return click.option("--yes", is_flag=True, help="Do not ask; go ahead.")(function)


def agreed(listen: Listener, question: str, *, yes: bool, as_json: bool) -> Callable[[Plan], None]:
    """Shows a plan and asks, unless `yes`. Raises UsageError where nobody can answer, or the answer is no."""

    def show(plan: Plan) -> None:
        from deployer.report.plan import announce_plan
        from deployer.report.progress import paused

        announce_plan(plan, as_json=as_json)
        if yes:
            return
        if as_json or not sys.stdin.isatty():
            raise click.UsageError("nobody is there to confirm; nothing was changed. Add --yes to go ahead")
        with paused(listen):
            if not click.confirm(question, default=False, err=True):
                raise click.UsageError("nothing was changed")

    return show
