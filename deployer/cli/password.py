"""`deployer password`: the shared password of a demo hub."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, this_project
from schemas.stage import STAGES


@click.command()
@community_argument
@click.option("--stage", type=click.Choice(STAGES), default="prod", show_default=True, help="Which hub.")
def command(community: str, stage: str) -> None:
    """Print the shared password of a hub with `auth.type: dummy`, and nothing else.

    It was made for this hub alone and is kept, encrypted, in the state. Log in with it and any user name.

    \b
    deployer password demo
    deployer password demo --stage staging
    """
    from deployer.report.console import output
    from deployer.report.progress import following
    from deployer.rollout.access import hub_password
    from deployer.rollout.interruption import heeding

    with following(as_json=False) as listen, heeding(listen) as interruption:
        password = hub_password(this_project(), community, stage, interruption=interruption, listen=listen)
    output().print(password, markup=False)
