"""`deployer status`: what is up, where, and whether it is healthy."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deployer.cli.options import communities_argument, json_option, this_project


@click.command()
@communities_argument
@json_option
def command(communities: Sequence[str], as_json: bool) -> None:
    """Tell what is up, where, whether it is healthy, and whether it is what the files say now.

    From records and a look at each hub; the engine is not started. `drifted` means that something differs from what was
    deployed: the next deploy mends it.

    \b
    deployer status             all communities
    deployer status demo --json
    """
    from deployer.report.status import show_status
    from deployer.rollout.status import status

    show_status(status(this_project(), communities), as_json=as_json)
