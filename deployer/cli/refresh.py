"""`deployer refresh`: the recorded state against reality."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, target_options, this_target


@click.command()
@target_options
@json_option
def command(community: str | None, cluster: str | None, simulate: bool, as_json: bool) -> None:
    """Compare the recorded state with reality, and record what is true; changes no hub.

    `deployer deploy` does this by itself and then mends what differs.

    \b
    deployer refresh demo
    deployer refresh --cluster example-gcp --simulate
    """
    from deployer.report.progress import following
    from deployer.report.rollout import show_refreshed
    from deployer.rollout.interruption import heeding
    from deployer.rollout.reconcile import refresh

    target = this_target(community, cluster, simulate)
    with following(as_json=False) as listen, heeding(listen) as interruption:
        found = refresh(target, interruption=interruption, listen=listen)
    show_refreshed(found, target, as_json=as_json)
