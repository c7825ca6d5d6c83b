"""`deployer cost`: what a community costs."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, json_option, this_project
from deployer.errors import BadInput


@click.command()
@community_argument
@click.option(
    "--homes-gib", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="Size of all homes, in GiB."
)
@json_option
def command(community: str, homes_gib: int, as_json: bool) -> None:
    """Tell what a community costs: the month in which nobody computes, then an hour in each profile.

    Prices come with the project, each with its source and date; what nobody found out is called unknown. A cluster
    that several communities share is shown whole.

    \b
    deployer cost demo
    deployer cost demo --homes-gib 500
    deployer cost demo --json
    """
    from components.machines.community_cost import community_cost
    from components.machines.names import UnavailableError
    from deployer.config import load_deployments
    from deployer.report.cost import show_cost

    deployment = load_deployments(this_project(), community).deployments["prod"]
    try:
        cost = community_cost(deployment, homes_gib=homes_gib)
    except UnavailableError as error:
        raise BadInput([], fault=error.fault, remedy=error.remedy) from error
    show_cost(community, cost, as_json=as_json)
