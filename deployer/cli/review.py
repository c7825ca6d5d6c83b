"""`deployer review`: which part of a change falls to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import click

from deployer.cli.options import json_option, this_project


@click.command(short_help="Tell whose approval a change needs.")
@click.option("--base", required=True, metavar="REF", help="The branch that the change is to go to.")
@click.option(
    "--require",
    type=click.Choice(["own", "operators"]),
    help="Exit with 3 while the approvals of this kind that are needed are missing.",
)
@click.option(
    "--approved-by",
    multiple=True,
    metavar="LOGIN",
    help="Who has agreed: a login on GitHub, or a team as organisation/team; as often as needed. Without --require, "
    "exit with 3 while any approval that is needed is missing.",
)
@click.option("--format", "style", type=click.Choice(["text", "markdown"]), default="text", help="How to print it.")
@json_option
def command(
    base: str,
    require: Literal["own", "operators"] | None,
    approved_by: Sequence[str],
    style: Literal["text", "markdown"],
    as_json: bool,
) -> int:
    """Tell which part of a change falls to whom: a community's own maintainers, an operator, or nobody.

    Both sides are resolved, and each field that is another is judged by policy.yaml as it is on REF. What no rule
    names, and every file that is no community's own, is for the operators. Exits with 0 whatever the verdict,
    unless approvals are asked for.

    \b
    deployer review --base origin/main
    deployer review --base origin/main --format markdown       a comment on a pull request
    deployer review --base origin/main --require operators     3 unless no operator is needed
    deployer review --base origin/main --approved-by ada --approved-by example-org/hub-team
    deployer review --base origin/main --json

    Exit codes: 2 for a REF that is not there or a policy that cannot be used, 3 for missing approvals.
    """
    from deployer.report.review import show_review
    from deployer.review import missing, review

    found = review(this_project(), base)
    asked = require is not None or bool(approved_by)
    lacking = missing(found, approved_by, required=require) if asked else None
    show_review(found, lacking, style=style, as_json=as_json)
    return 3 if lacking else 0
