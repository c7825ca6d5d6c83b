"""`deployer charts`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from deployer.cli.options import json_option


def _complete_charts(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    try:
        from components.charts import charts

        return [name for name in charts() if name.startswith(incomplete)]
    except Exception:  # noqa: BLE001 - a completion has nobody to tell
        return []


def _helm() -> Path:
    from deployer import toolchain

    return toolchain.ensure(["helm"])["helm"]


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List the Helm charts that hubs and clusters are made of, take other versions, mirror them.

    Names, versions, repositories and digests stand in components/charts.yaml and nowhere else. A chart whose digest
    differs stops a deploy; one whose digest is unknown is remembered as it was at its first use.

    \b
    deployer charts                                   what is locked, and what is on this machine
    deployer charts update jupyterhub 4.4.0           fetch a version and lock it
    deployer charts mirror oci://registry.example.org/charts
    deployer charts mirror mirror/charts jupyterhub   one chart into a folder
    """
    if ctx.invoked_subcommand is None:
        from deployer.report.charts import show_charts

        show_charts(as_json=as_json)


@command.command(short_help="Lock a chart, at another version.")
@click.argument("name", shell_complete=_complete_charts)
@click.argument("version", required=False)
@json_option
def update(name: str, version: str | None, as_json: bool) -> None:
    """Fetch a chart, at another version or the locked one, and write version and digest into the lock file.

    Breaking changes on the way are named. Nothing is deployed: that is the next deploy's work, which asks for
    --accept-chart-changes.

    \b
    deployer charts update jupyterhub           look at the locked version again, and record its digest
    deployer charts update jupyterhub 4.4.0
    """
    from deployer.charts.update import update as take
    from deployer.report.charts import show_updated

    show_updated(take(name, version, _helm), as_json=as_json)


@command.command(short_help="Copy charts for clusters without internet.")
@click.argument("destination")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=_complete_charts)
@json_option
def mirror(destination: str, names: Sequence[str], as_json: bool) -> None:
    """Copy charts into a registry or a folder, for clusters without internet; all of them by default.

    Then write chart_mirror: DESTINATION into the cluster's file. A registry that asks for a password is signed in to by
    `helm registry login`.

    \b
    deployer charts mirror oci://registry.example.org/charts
    deployer charts mirror mirror/charts jupyterhub dask-gateway
    """
    from components.charts import charts
    from deployer.charts.mirror import mirror as copy
    from deployer.report.charts import mirrored

    copied: list[dict[str, Any]] = []
    with mirrored(destination, copied, as_json=as_json) as tell:
        copy(names or list(charts()), destination, _helm, tell=tell)
