"""`deployer unlock`: clear a killed run's lock."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, stage_option, stages, target_options, this_target


@click.command()
@target_options
@stage_option(text="Only this stage; by default both, and the cluster.")
@click.option("--force", is_flag=True, help="Even when the run that holds it is alive on this machine.")
@json_option
def command(
    community: str | None, cluster: str | None, stage: str | None, simulate: bool, force: bool, as_json: bool
) -> None:
    """Clear the lock that a killed run left behind.

    Rarely needed: a lock whose run is certainly dead, on this machine, is cleared by the next deploy. One from another
    machine is yours to judge.

    \b
    deployer unlock demo
    deployer unlock demo --stage staging
    deployer unlock --cluster example-gcp
    """
    from deployer.report.rollout import show_unlocked
    from deployer.rollout.unlock import unlock

    target = this_target(community, cluster, simulate, stage)
    show_unlocked(unlock(target, stages=stages(stage), force=force), target, as_json=as_json)
