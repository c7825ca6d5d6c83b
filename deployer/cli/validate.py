"""`deployer validate`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deployer.cli.options import communities_argument, json_option, this_project


@click.command(short_help="Check community files.")
@communities_argument
@json_option
def command(communities: Sequence[str], as_json: bool) -> int:
    """Check community files without touching any cloud.

    All problems are told at once, each with its place and what to do; warnings change nothing.

    \b
    deployer validate                     all, and all that they share
    deployer validate demo uw             these
    deployer validate drafts/new.yaml     a file that stands elsewhere
    deployer validate --json              for other programs
    """
    from deployer.config import load_fleet
    from deployer.report.validate import show_fleet

    fleet = load_fleet(this_project(), communities)
    show_fleet(fleet, as_json=as_json)
    return 2 if fleet.problems else 0
