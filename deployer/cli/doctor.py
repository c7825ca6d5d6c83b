"""`deployer doctor`: check this machine and this checkout."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, this_project
from deployer.errors import DeployerError


@click.command()
@json_option
def command(as_json: bool) -> int:
    """Check this machine and this checkout as a whole; say what to mend, and change nothing.

    Exits 1 when something stands in the way of a deploy; warnings alone leave it at 0.

    \b
    deployer doctor
    deployer doctor --json
    """
    from deployer.doctor import examine
    from deployer.report.doctor import show_findings

    try:
        project = this_project()
    except DeployerError:
        project = None  # the machine can be looked over all the same, and the finding says how to name a checkout
    return 1 if show_findings(examine(project), as_json=as_json) else 0
