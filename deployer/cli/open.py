"""`deployer open`: a hub in the browser."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, this_project
from schemas.stage import STAGES


@click.command()
@community_argument
@click.option("--stage", type=click.Choice(STAGES), default="prod", show_default=True, help="Which hub.")
def command(community: str, stage: str) -> None:
    """Open a hub in the browser, and print its address; where there is no browser, only that.

    \b
    deployer open demo
    deployer open demo --stage staging
    """
    import webbrowser

    from deployer.report.console import output
    from deployer.rollout.access import hub_url

    url = hub_url(this_project(), community, stage)
    output().print(url, markup=False)
    webbrowser.open(url)
