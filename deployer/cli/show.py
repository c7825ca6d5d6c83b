"""`deployer show`."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, json_option, stage_option, stages, this_project


@click.command(short_help="Print what a community file resolves to.")
@community_argument
@stage_option(text="Only this stage; both by default.")
@click.option("--explain", is_flag=True, help="Say for each value where it came from.")
@json_option
def command(community: str, stage: str | None, explain: bool, as_json: bool) -> None:
    """Print what a community file resolves to, with nothing left open.

    Last comes what is computed: for each node pool the machine and why it was chosen, and for each profile what its
    servers are promised and how well they fill a node.

    \b
    deployer show demo                            both stages
    deployer show demo --stage prod --explain     with the line, archetype or default behind each value
    deployer show demo --json                     for other programs
    """
    from deployer.config import load_deployments
    from deployer.report.show import show_deployments

    show_deployments(load_deployments(this_project(), community), stages(stage), explain=explain, as_json=as_json)
