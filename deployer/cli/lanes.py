"""`deployer lanes`: what workflows deploy side by side."""

from __future__ import annotations

from pathlib import Path

import click

from deployer.cli.options import json_option, this_project


@click.command()
@click.option("--since", metavar="REF", default="", help="Communities that the commits after this one concern.")
@click.option("--names", metavar="NAMES", default="", help="These instead, with spaces between.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add a line `lanes=…` to this file, which a workflow's next job reads.",
)
@json_option
def command(since: str, names: str, output: Path | None, as_json: bool) -> None:
    """Divide what is to be deployed into lanes, as the workflow `Deploy` does: one job after the other in each.

    A lane for each community; where they are many, one for all of them, which goes in waves. Communities on clusters
    without `github` are left to a person, and named. Without --since and --names: all communities.

    \b
    deployer lanes --since HEAD~1
    deployer lanes --names "ocean demo"
    deployer lanes --since HEAD~1 --json | jq -r '.lanes[].names'
    """
    from deployer.report.lanes import show_lanes, write_lanes
    from deployer.rollout.lanes import divided

    lanes = divided(this_project(), since=since, names=names.split())
    if output:
        write_lanes(lanes, output)
    show_lanes(lanes, as_json=as_json)
