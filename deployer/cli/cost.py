"""`deployer cost`: what a community or a cluster costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import community_or_cluster, json_option, only_one, this_project
from deployer.errors import BadInput

if TYPE_CHECKING:
    from schemas.cluster import Cluster
    from schemas.community import Deployment


@click.command()
@community_or_cluster
@click.option(
    "--homes-gib",
    type=click.IntRange(1, 1_000_000),
    help="Size of all homes, in GiB, instead of the cluster file's home_storage.size_gib.",
)
@json_option
def command(community: str | None, cluster: str | None, homes_gib: int | None, as_json: bool) -> None:
    """Tell what a community costs: the month in which nobody computes, then an hour in each profile.

    Prices come with the project, each with its source and date; what nobody found out is called unknown. A cluster
    that several communities share is shown whole.

    \b
    deployer cost demo
    deployer cost demo --homes-gib 500
    deployer cost --cluster example-gcp            a cluster alone
    deployer cost demo --json
    """
    name = only_one(community, cluster, None)
    found, deployment = _asked(name, of_cluster=community is None)
    if not _has_prices(found.provider):
        from components.clouds import cloud
        from deployer.report.cost import show_no_prices

        show_no_prices(name, found.provider, free=not cloud(found.provider).sends_bill, as_json=as_json)
        return
    from components.cost import cluster_cost, community_cost
    from components.machines.names import UnavailableError
    from deployer.report.cost import show_cost

    try:
        cost = (
            community_cost(deployment, homes_gib=homes_gib) if deployment else cluster_cost(found, homes_gib=homes_gib)
        )
    except UnavailableError as error:
        raise BadInput([], fault=error.fault, remedy=error.remedy) from error
    show_cost(name, cost, as_json=as_json)


def _asked(name: str, *, of_cluster: bool) -> tuple[Cluster, Deployment | None]:
    from deployer.config import load_cluster, load_deployments

    if of_cluster:
        return load_cluster(this_project(), name).cluster, None
    deployment = load_deployments(this_project(), name).deployments["prod"]
    return deployment.cluster, deployment


def _has_prices(provider: str) -> bool:
    from components.machines.offers import clouds

    return provider in clouds()
