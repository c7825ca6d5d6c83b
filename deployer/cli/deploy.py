"""`deployer deploy`: staging, a real check, then prod."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, json_option, stage_option, stages, this_project


@click.command()
@community_argument
@stage_option(text="Only this stage. `staging` stops there; `prod` needs a healthy staging with the very same inputs.")
@json_option
def command(community: str, stage: str | None, as_json: bool) -> int:
    """Roll a community out: what its hubs stand on, staging, a real check, prod, and the check again.

    Checks the file, shows the plan, and goes ahead. What is already as the file says is left alone. Safe to interrupt
    and safe to repeat: the same command goes on from where it stopped. With --json, one event a line.

    \b
    deployer deploy demo                    both stages
    deployer deploy demo --stage staging    stop before prod
    deployer deploy demo --stage prod       promote a staging that passed
    deployer preview demo                   look first
    """
    from functools import partial

    from deployer.errors import DeployerError
    from deployer.report.plan import announce_plan
    from deployer.report.progress import following
    from deployer.report.rollout import show_failure, show_rollout
    from deployer.rollout.deploy import deploy
    from deployer.rollout.interruption import heeding

    try:
        with following(as_json=as_json) as listen, heeding(listen) as interruption:
            rollout = deploy(
                this_project(),
                community,
                stages=stages(stage),
                show_plan=partial(announce_plan, as_json=as_json),
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
