"""`deployer tools`: list and install the external tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from deployer.cli.options import json_option


def _complete_tools(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    try:
        from deployer.toolchain import all_names

        return [name for name in all_names() if name.startswith(incomplete)]
    except Exception:  # noqa: BLE001 - a completion has nobody to tell
        return []


def _tools_argument(function: Any) -> Any:
    """Any number of tools; none means all but the optional ones."""
    return click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=_complete_tools)(function)


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """List and install the external tools: the Pulumi engine, Node, configurable-http-proxy, and optional ones.

    A tool on PATH is used when it has the right version; others are installed in a folder of the project's own
    (~/.cache/hubs/tools, or HUBS_CACHE_DIR). Commands that need a tool get it by themselves.

    \b
    deployer tools                    what is in place, and where
    deployer tools install            get whatever is missing
    deployer tools install pulumi     only this one
    deployer tools install kubernetes what simulated clusters run on: some minutes, once, and needs Go
    export PATH="$(deployer tools path)"

    \b
    HUBS_OFFLINE=1           download nothing
    HUBS_DOWNLOAD_MIRROR     address of a folder that serves the official archives
    """
    if ctx.invoked_subcommand is None:
        from deployer.report.tools import show_tools
        from deployer.toolchain import inventory

        show_tools(inventory(), as_json=as_json)


@command.command(short_help="Install tools that are missing.")
@_tools_argument
@json_option
def install(names: Sequence[str], as_json: bool) -> None:
    """Install the named tools, or all that are missing and not optional.

    \b
    deployer tools install
    deployer tools install pulumi
    deployer tools install kubernetes    etcd, kube-apiserver and its kin, KWOK, Helm
    """
    from deployer import toolchain
    from deployer.report.tools import installing, show_installed
    from deployer.rollout.interruption import Interruption

    # SIGTERM counts as Ctrl-C: a build must not live on when its deployer is told to end.
    with installing() as progress, Interruption(click.echo).heeded():
        executables = toolchain.ensure(names or toolchain.names(), progress=progress)
    show_installed(executables, as_json=as_json)


@command.command()
@_tools_argument
@json_option
def path(names: Sequence[str], as_json: bool) -> None:
    """Print a PATH with the tools first.

    \b
    export PATH="$(deployer tools path)"
    """
    from deployer import toolchain
    from deployer.report.tools import show_path, warn_of_missing

    wanted = names or toolchain.all_names()
    warn_of_missing([tool for tool in toolchain.inventory() if tool.name in wanted])
    show_path(toolchain.search_path(wanted), as_json=as_json)
