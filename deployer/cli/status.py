"""`deployer status`: what is up, where, and whether it is healthy."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deployer.cli.options import cluster_option, communities_argument, json_option, simulate_option, this_project


@click.command()
@communities_argument
@cluster_option
@simulate_option
@json_option
def command(communities: Sequence[str], cluster: str | None, simulate: bool, as_json: bool) -> None:
    """Tell what is up, where, whether it is healthy, and whether it is what the files say now.

    From records and a look at each hub; the engine is not started. `drifted` means that something differs from what was
    deployed, which a line below says: the next deploy mends it. On a cluster that is a release that somebody changed, a
    part that does not run, an image that cannot be fetched, a certificate that is not there, or a cluster out of reach.
    Simulated hubs are not looked at.

    \b
    deployer status             all communities
    deployer status demo --json
    deployer status --simulate
    deployer status --cluster example-gcp
    """
    from deployer.report.status import show_cluster_status, show_status
    from deployer.rollout.status import cluster_status, status
    from deployer.rollout.target import Target

    if cluster and communities:
        raise click.UsageError("name communities, or a cluster with --cluster NAME")
    target = Target(project=this_project(), name=cluster or "", alone=cluster is not None, simulated=simulate)
    if cluster:
        show_cluster_status(cluster_status(target), as_json=as_json)
    else:
        show_status(status(target, communities), as_json=as_json)
