"""`deployer destroy`: take hubs down."""

from __future__ import annotations

import sys

import click

from deployer.cli.options import community_argument, json_option, stage_option, stages, this_project


@click.command()
@community_argument
@stage_option(text="Only this stage; its cluster stays.")
@click.option("--yes", is_flag=True, help="Do not ask. People's files are kept all the same.")
@click.option("--delete-data", is_flag=True, help="Delete people's files too: homes, shared and scratch directories.")
@click.option(
    "--confirm", metavar="NAME", help="With --delete-data, the community's name, instead of typing it when asked."
)
@json_option
def command(community: str, stage: str | None, yes: bool, delete_data: bool, confirm: str | None, as_json: bool) -> int:
    """Take a community's hubs down: prod, staging, then what they stood on unless others stand on it too.

    People's files are kept, and the next deploy finds them again.

    \b
    deployer destroy demo
    deployer destroy demo --stage staging --yes
    deployer destroy demo --delete-data --confirm demo
    """
    from deployer.errors import DeployerError
    from deployer.report.progress import following
    from deployer.report.rollout import show_destroyed, show_doomed, show_failure
    from deployer.rollout.interruption import heeding
    from deployer.rollout.teardown import destroy, doomed

    project = this_project()
    plan = doomed(project, community, stages=stages(stage))
    if plan.stacks and not as_json:
        show_doomed(plan, delete_data=delete_data)
    if plan.stacks:
        _confirm(community, yes=yes, delete_data=delete_data, typed=confirm)
    try:
        with following(as_json=as_json) as listen, heeding(listen) as interruption:
            destroyed = destroy(project, plan, delete_data=delete_data, interruption=interruption, listen=listen)
    except DeployerError as error:
        if not as_json:
            raise
        show_failure(error)
        return error.exit_code
    show_destroyed(destroyed, as_json=as_json)
    return 0


def _confirm(community: str, *, yes: bool, delete_data: bool, typed: str | None) -> None:
    """Ask for the community's name; raises UsageError where nobody can answer, or the answer is another."""
    if yes and not delete_data:
        return
    if typed is None:
        if not sys.stdin.isatty():
            needed = f"--delete-data --confirm {community}" if delete_data else "--yes"
            raise click.UsageError(f"nobody is there to confirm; nothing was changed. Add {needed} to go ahead")
        typed = click.prompt(f"Type {community} to go ahead", default="", show_default=False, err=True)
    if typed != community:
        raise click.UsageError(f"{typed!r} is not {community!r}; nothing was changed")
