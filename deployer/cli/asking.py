"""Asks the person before it goes ahead: to agree to what is shown, or to type a name."""

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
        with paused(listen):
            agree(question, yes=yes, as_json=as_json)

    return show


def agree(question: str = "Go ahead?", *, yes: bool, as_json: bool = False) -> None:
    """Ask, unless `yes`. Raises UsageError where nobody can answer, or the answer is no."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise click.UsageError("nobody is there to agree; nothing was changed. Add --yes to go ahead")
    if not click.confirm(question, default=False, err=True):
        raise click.UsageError("nothing was changed")


def confirm(name: str, *, typed: str | None, flags: str = "--confirm {name}") -> None:
    """Have the name typed, unless it was given. Raises UsageError where nobody can answer, or for another.

    `flags` are what somebody who cannot be asked adds to the command.
    """
    if typed is None:
        if not sys.stdin.isatty():
            needed = flags.format(name=name)
            raise click.UsageError(f"nobody is there to confirm; nothing was changed. Add {needed} to go ahead")
        typed = click.prompt(f"Type {name} to go ahead", default="", show_default=False, err=True)
    if typed != name:
        raise click.UsageError(f"{typed!r} is not {name!r}; nothing was changed")
