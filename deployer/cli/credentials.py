"""`deployer credentials`: a cluster's kubeconfig."""

from __future__ import annotations

from pathlib import Path

import click

from deployer.cli.options import cluster_argument, json_option, simulate_option, this_project


@click.command()
@cluster_argument
@simulate_option
@click.option(
    "--merge", "merging", is_flag=True, help="Add it to $KUBECONFIG or ~/.kube/config instead of printing it."
)
@click.option("--path", type=click.Path(dir_okay=False, path_type=Path), help="Add it to this file instead.")
@click.option("--replace", is_flag=True, help="Also in place of another context of the same name.")
@click.option("--use", is_flag=True, help="Make it the context that kubectl takes by itself.")
@json_option
def command(
    cluster: str, simulate: bool, merging: bool, path: Path | None, replace: bool, use: bool, as_json: bool
) -> None:
    """Print a deployed cluster's kubeconfig, or add it to yours. It signs in by the cloud's own program as whoever
    calls it, and holds no credential: keep it where you like.

    What else is in your file stays as it is, and a copy of it is kept beside it. With --simulate, the kubeconfig of the
    API server that `deployer simulate up` started.

    \b
    deployer credentials example-gcp > kubeconfig
    deployer credentials example-gcp --merge --use
    deployer credentials example-gcp --path ~/.kube/hubs
    deployer credentials example-gcp --simulate --merge
    """
    from deployer.access.credentials import cluster_credentials
    from deployer.access.merging import default_file, merge
    from deployer.report.credentials import show_credentials, show_merged
    from deployer.rollout.target import Target

    if (replace or use) and not (merging or path):
        raise click.UsageError("--replace and --use go with --merge or --path")
    credentials = cluster_credentials(Target(project=this_project(), name=cluster, alone=True, simulated=simulate))
    if merging or path:
        merged = merge(credentials, path or default_file(), replace=replace, use=use)
        show_merged(credentials, merged, as_json=as_json)
    else:
        show_credentials(credentials, as_json=as_json)
