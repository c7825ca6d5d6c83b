"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from deployer.project import Project, find_project
from schemas.stage import STAGES

F = TypeVar("F", bound=Callable[..., Any])


def this_project() -> Project:
    """The checkout that `--project` names, or the one around the current folder."""
    given = click.get_current_context().find_root().params.get("project")
    return find_project(given)


def _complete_communities(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    try:
        folder = find_project(ctx.find_root().params.get("project")).communities
    except Exception:  # noqa: BLE001 - a completion has nobody to tell
        return []
    return sorted(path.stem for path in folder.glob("*.yaml") if path.stem.startswith(incomplete))


def community_argument(function: F) -> F:
    """One community, by name."""
    return click.argument("community", shell_complete=_complete_communities)(function)


def communities_argument(function: F) -> F:
    """Any number of communities, by name or by path; none means all."""
    return click.argument("communities", nargs=-1, shell_complete=_complete_communities)(function)


def stage_option(*, required: bool = False, text: str) -> Callable[[F], F]:
    """`--stage staging|prod`."""
    return click.option("--stage", type=click.Choice(STAGES), required=required, help=text)


def json_option(function: F) -> F:
    """`--json`: the result as JSON on standard output, for other programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")(function)


def stages(stage: str | None) -> Sequence[str]:
    """The stages that an optional `--stage` means."""
    return (stage,) if stage else STAGES
