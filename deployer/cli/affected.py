"""`deployer affected`."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, this_project


@click.command(short_help="Tell which stacks change since a commit, and why.")
@click.option("--since", metavar="REF", required=True, help="A branch, tag or commit; what it and HEAD share counts.")
@json_option
def command(since: str, as_json: bool) -> None:
    """Tell which stacks a deploy would change because of what changed since a commit, and why.

    Files are resolved on both sides and compared: no path of a file decides anything. Where code changed that makes
    resources, both sides' code runs without the engine, and what it would register is compared: a refactoring affects
    nothing, another default affects whatever it reaches. Uncommitted changes count.

    Communities that are gone, renamed or moved are named: nothing takes their old stacks down by itself.

    Exit codes: 0 as asked, whether anything is affected or not; 2 for a commit that git does not know.

    \b
    deployer affected --since origin/main
    deployer affected --since HEAD~3 --json    which resources differ, too
    """
    from deployer.affected.affected import affected
    from deployer.report.affected import show_affected, tell

    show_affected(affected(this_project(), since, tell=tell), as_json=as_json)
