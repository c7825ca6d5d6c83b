"""`deployer rollback`: back to what an earlier rollout was made from."""

from __future__ import annotations

import click

from deployer.cli.asking import agreed, yes_option
from deployer.cli.failing import failure_is_an_event
from deployer.cli.options import community_argument, json_option, simulate_option, stage_option, stages, this_project


@click.command()
@community_argument
@stage_option(text="Only this stage, without the gate: prod then does not wait for a check of staging.")
@click.option("--to", type=click.IntRange(min=1), metavar="N", help="As after rollout N of `deployer history`.")
@simulate_option
@yes_option
@click.option("--no-going-back", is_flag=True, help="Leave a prod that fails on the way as it is, to look at.")
@click.option("--accept-chart-changes", is_flag=True, help="Breaking changes of Helm charts on the way were read.")
@json_option
def command(
    community: str,
    stage: str | None,
    to: int | None,
    simulate: bool,
    yes: bool,
    no_going_back: bool,
    accept_chart_changes: bool,
    as_json: bool,
) -> int:
    """Take a community's hubs back to an earlier rollout; by default to the one before.

    What its file said then, through the code and charts of today. Shows what would change, asks, then goes the way of
    every rollout: staging, its check, prod, its check; with --stage, that stage alone. People's data never goes back:
    homes, shared directories, buckets and the database stay as they are, and a plan that would replace or delete
    something of them is refused. The community's file is left alone: the next deploy offers its content again.
    Exit codes: 2 nobody agreed or bad input, 3 a gate, 4 cloud or engine.

    \b
    deployer history demo                      which rollouts there are
    deployer rollback demo
    deployer rollback demo --to 7 --yes
    deployer rollback demo --stage prod
    """
    from deployer.report.history import show_earlier
    from deployer.report.progress import following
    from deployer.report.rollout import show_rollout
    from deployer.rollout.interruption import heeding
    from deployer.rollout.rollback import earlier, roll_back
    from deployer.rollout.target import Target

    target = Target(project=this_project(), name=community, simulated=simulate)
    with failure_is_an_event(as_json=as_json):
        there = earlier(target, stages=stages(stage), to=to)
        show_earlier(there, as_json=as_json)
        with following(as_json=as_json) as listen, heeding(listen) as interruption:
            rollout = roll_back(
                there,
                goes_back=not no_going_back,
                accept_chart_changes=accept_chart_changes,
                show_plan=agreed(listen, f"Roll {target.name} back?", yes=yes, as_json=as_json),
                interruption=interruption,
                listen=listen,
            )
    show_rollout(rollout, as_json=as_json)
    return 0
