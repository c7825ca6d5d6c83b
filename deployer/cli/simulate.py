"""`deployer simulate`: a real Kubernetes API server for simulated clusters."""

from __future__ import annotations

import click

from deployer.cli.options import cluster_argument, json_option, this_project


@click.group()
def command() -> None:
    """Give a simulated cluster a real Kubernetes API server, with nodes of its pools that are not there.

    While it runs, what a simulated deploy makes in Kubernetes is applied to it for real: scheduled, made ready, and
    refused in the API server's words. Its programs come from `deployer tools install kubernetes`: some minutes the
    first time, with Go. Everything is on this machine alone.

    \b
    deployer simulate up example-gcp         start it: seconds
    deployer deploy --cluster example-gcp --simulate
    deployer simulate status
    deployer simulate down example-gcp       stop it; what was applied is kept
    """


@command.command()
@cluster_argument
@json_option
def up(cluster: str, as_json: bool) -> None:
    """Start the API server of a simulated cluster, or bring its nodes in line with the cluster's file.

    CLUSTER is a name in clusters/, or a community with a cluster of its own.

    \b
    deployer simulate up example-gcp
    export KUBECONFIG="$(deployer simulate up example-gcp --json | jq -r .kubeconfig)"
    """
    from deployer import simulation
    from deployer.report.simulate import show_up, telling
    from deployer.report.tools import installing
    from deployer.rollout.interruption import Interruption

    with Interruption(click.echo).heeded(), installing() as progress:
        simulated = simulation.up(this_project(), cluster, installing=progress, tell=telling(cluster))
    show_up(simulated, as_json=as_json)


@command.command()
@cluster_argument
@click.option("--wipe", is_flag=True, help="Forget what was applied to it, too.")
@json_option
def down(cluster: str, wipe: bool, as_json: bool) -> None:
    """Stop the API server of a simulated cluster; the next `up` goes on with what was applied.

    \b
    deployer simulate down example-gcp
    deployer simulate down example-gcp --wipe    and start from nothing the next time
    """
    from deployer import simulation
    from deployer.report.simulate import show_down

    show_down(simulation.down(this_project(), cluster, wipe=wipe), as_json=as_json)


@command.command()
@json_option
def status(as_json: bool) -> None:
    """Tell which simulated clusters have an API server, and whether it runs.

    \b
    deployer simulate status
    deployer simulate status --json
    """
    from deployer import simulation
    from deployer.report.simulate import show_status

    show_status(simulation.status(this_project()), as_json=as_json)
