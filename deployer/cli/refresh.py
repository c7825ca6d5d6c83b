"""`deployer refresh`: the recorded state against reality."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, json_option, this_project


@click.command()
@community_argument
@json_option
def command(community: str, as_json: bool) -> None:
    """Compare the recorded state with reality, and record what is true; changes no hub.

    `deployer deploy` does this by itself and then mends what differs.

    \b
    deployer refresh demo
    """
    from deployer.report.progress import following
    from deployer.report.rollout import show_refreshed
    from deployer.rollout.interruption import heeding
    from deployer.rollout.reconcile import refresh

    with following(as_json=False) as listen, heeding(listen) as interruption:
        found = refresh(this_project(), community, interruption=interruption, listen=listen)
    show_refreshed(found, community, as_json=as_json)
