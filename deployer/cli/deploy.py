"""`deployer deploy`: staging, a real check, then prod."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, stage_option, stages, target_options, this_target


@click.command()
@target_options
@stage_option(text="Only this stage. `staging` stops there; `prod` needs a healthy staging with the very same inputs.")
@click.option(
    "--accept-chart-changes",
    is_flag=True,
    help="Breaking changes of Helm charts that the deploy would go over were read.",
)
@json_option
def command(
    community: str | None,
    cluster: str | None,
    stage: str | None,
    simulate: bool,
    accept_chart_changes: bool,
    as_json: bool,
) -> int:
    """Roll a community out: what its hubs stand on, staging, a real check, prod, and the check again.

    Checks the file, shows the plan, and goes ahead. What is already as the file says is left alone. Safe to interrupt
    and safe to repeat: the same command goes on from where it stopped. With --json, one event a line.

    \b
    deployer deploy demo                    both stages
    deployer deploy demo --stage staging    stop before prod
    deployer deploy demo --stage prod       promote a staging that passed
    deployer deploy ocean --simulate        all the way, with stand-ins in the cloud's place
    deployer deploy --cluster example-gcp   a cluster of clusters/, without any hub
    deployer preview demo                   look first
    """
    from functools import partial

    from deployer.errors import DeployerError
    from deployer.report.plan import announce_plan
    from deployer.report.progress import following
    from deployer.report.rollout import show_failure, show_rollout
    from deployer.rollout.deploy import deploy
    from deployer.rollout.interruption import heeding

    target = this_target(community, cluster, simulate, stage)
    announce = partial(announce_plan, as_json=as_json)
    try:
        with following(as_json=as_json) as listen, heeding(listen) as interruption:
            rollout = deploy(
                target,
                stages=stages(stage),
                accept_chart_changes=accept_chart_changes,
                show_plan=announce,
                interruption=interruption,
                listen=listen,
            )
    except DeployerError as error:
        if not as_json:
            raise
        show_failure(error)
        return error.exit_code
    show_rollout(rollout, as_json=as_json)
    return 0
