"""`deployer logs`: what a hub's parts wrote."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, this_project
from schemas.stage import STAGES


@click.command()
@community_argument
@click.option("--stage", type=click.Choice(STAGES), default="prod", show_default=True, help="Which hub.")
@click.option("--part", default="hub", show_default=True, help="hub, proxy, server:USER …")
@click.option("--lines", type=click.IntRange(min=0), default=100, show_default=True, help="How many of the last lines.")
@click.option("--follow", is_flag=True, help="Go on with new lines as they come, until Ctrl-C.")
def command(community: str, stage: str, part: str, lines: int, follow: bool) -> None:
    """Print or follow the log of a part of a hub.

    Parts are hub, proxy and server:USER, and on a cluster also server:USER/NAME for named servers, user-scheduler,
    image-puller, dask-gateway, dask:CLUSTER, binder and build:NAME. A part that is not there is answered with those
    that are. After a crash the lines before it come first.

    \b
    deployer logs demo                               the hub's last 100 lines
    deployer logs demo --stage staging --part proxy
    deployer logs demo --part server:ada --follow
    """
    from deployer.report.console import output
    from deployer.rollout.access import follow_log, hub_log

    project = this_project()
    if not follow:
        text = hub_log(project, community, stage, part, lines=lines)
        output().print(text, markup=False, end="" if text.endswith("\n") else "\n")
        return
    try:
        for line in follow_log(project, community, stage, part, lines=lines):
            output().print(line, markup=False)
    except KeyboardInterrupt:
        return  # the way to end it
