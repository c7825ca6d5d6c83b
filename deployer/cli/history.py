"""`deployer history`: what was done to a community's hubs, by whom, and how it went."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, stage_option, target_options, this_target

SHOWN = 20


@click.command()
@target_options
@stage_option(text="Only this stage.")
@click.option("-n", "--last", type=click.IntRange(min=1), default=SHOWN, show_default=True, help="No more than these.")
@json_option
def command(
    community: str | None, cluster: str | None, simulate: bool, stage: str | None, last: int, as_json: bool
) -> None:
    """Tell what was done to a community's hubs, newest first: when, by whom, from which commit, how it went.

    Kept beside the state, and only ever added to. A commit with a + had changes beside it. What began and never ended
    was interrupted. Stages that were rolled out together share a number, which `deployer rollback --to` takes.

    \b
    deployer history demo
    deployer history demo --stage prod -n 5
    deployer history --cluster example-gcp
    deployer history demo --json
    """
    from deployer.report.history import show_history
    from deployer.rollout.history.telling import told

    target = this_target(community, cluster, simulate, stage)
    show_history(told(target, stage=stage, last=last), target, as_json=as_json)
