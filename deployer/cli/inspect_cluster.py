"""`deployer inspect`: what a running cluster can and cannot offer."""

from __future__ import annotations

import click

from deployer.cli.options import complete_clusters, json_option, this_project


@click.command()
@click.option(
    "--cluster", required=True, metavar="NAME", shell_complete=complete_clusters, help="The cluster, by its name."
)
@json_option
def command(cluster: str, as_json: bool) -> int:
    """Look at a running cluster: nodes, GPUs, storage, ways in, what the login may do; change nothing.

    A cluster with `provider: existing` is looked at by its context, before it is deployed too; any other by the
    kubeconfig of its last deploy. What the file asks for and the cluster cannot give is said at its place, and the exit
    code is 2.

    \b
    deployer inspect --cluster on-premises
    deployer inspect --cluster on-premises --json
    """
    from deployer.access.inspection import inspect_cluster
    from deployer.report.inspection import show_inspection
    from deployer.rollout.target import Target

    inspection = inspect_cluster(Target(project=this_project(), name=cluster, alone=True))
    show_inspection(inspection, as_json=as_json)
    return 2 if inspection.problems else 0
