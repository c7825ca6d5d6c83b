"""`deployer announce`: words on a hub's pages."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, json_option, stage_option, this_project


@click.command()
@community_argument
@stage_option(required=True, text="On whose pages.")
@click.argument("text", required=False)
@click.option("--clear", is_flag=True, help="Take away what was announced.")
@json_option
def command(community: str, stage: str, text: str | None, clear: bool, as_json: bool) -> None:
    """Show people a line at the top of a hub's pages, until you take it away. Nothing restarts.

    Plain text: markup is shown as it is written. On Kubernetes it takes about a minute to appear. Rollouts of prod
    announce themselves beside it.

    \b
    deployer announce demo --stage prod "No GPUs on Friday: the computing centre moves"
    deployer announce demo --stage prod --clear
    """
    from deployer.report.history import show_announced
    from deployer.rollout.announcement import announce
    from deployer.rollout.target import Target

    if (text is None) == (not clear):
        raise click.UsageError("say what to announce, or --clear")
    url = announce(Target(project=this_project(), name=community), stage, text)
    show_announced(community, stage, url, text, as_json=as_json)
