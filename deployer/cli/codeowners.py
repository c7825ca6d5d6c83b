"""`deployer codeowners`."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, this_project


@click.command(short_help="Write the file that tells GitHub whom to ask.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when the file is not up to date.")
@json_option
def command(check: bool, as_json: bool) -> int:
    """Write .github/CODEOWNERS, from the communities' contacts and the operators of policy.yaml.

    A community's file and its secrets go to the contacts that have a `github` name, and to the operators; everything
    else goes to the operators.

    \b
    deployer codeowners             after a change of contacts or operators
    deployer codeowners --check     in a pipeline
    """
    from deployer.report.review import show_codeowners
    from deployer.review.codeowners import codeowners_file, stale, write

    project = this_project()
    was_stale = stale(project) is not None if check else write(project)
    show_codeowners(project.relative(codeowners_file(project)), stale=was_stale, written=not check, as_json=as_json)
    return 1 if check and was_stale else 0
