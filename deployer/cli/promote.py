"""`deployer promote`: the hand on the lever of prod."""

from __future__ import annotations

import click

from deployer.cli.asking import agreed, yes_option
from deployer.cli.failing import failure_is_an_event
from deployer.cli.options import community_argument, json_option, simulate_option, this_project


@click.command()
@community_argument
@simulate_option
@yes_option
@click.option("--window", metavar="WHEN", help='In place of its maintenance windows: now, or "sat 02:00-04:00 ZONE".')
@click.option("--no-going-back", is_flag=True, help="Leave a prod that fails as it is, to look at.")
@click.option("--accept-chart-changes", is_flag=True, help="Breaking changes of Helm charts on the way were read.")
@json_option
def command(
    community: str,
    simulate: bool,
    yes: bool,
    window: str | None,
    no_going_back: bool,
    accept_chart_changes: bool,
    as_json: bool,
) -> int:
    """Bring prod to where its staging is: shows the plan, asks, goes ahead.

    The same gate as in a deploy: staging was brought up from the very same inputs, is as it was deployed, and passed
    its check. For communities whose file says `rollout: {prod: by_hand}`, and for prods that wait for a maintenance
    window. Exit codes: 2 nobody agreed or bad input, 3 staging is not fit or prod went back, 4 cloud or engine.

    \b
    deployer promote demo
    deployer promote demo --yes
    deployer promote demo --window now
    deployer promote demo --window "sat,sun 02:00-04:00 Europe/Berlin"
    """
    from deployer.report.progress import following
    from deployer.report.rollout import show_rollout
    from deployer.rollout.deploy import deploy
    from deployer.rollout.interruption import heeding
    from deployer.rollout.promotion import Manner
    from deployer.rollout.target import Target
    from deployer.rollout.window import read_window

    target = Target(project=this_project(), name=community, simulated=simulate)
    windows = read_window(window) if window is not None else None
    manner = Manner(by_hand=True, windows=windows, goes_back=not no_going_back)
    with (
        failure_is_an_event(as_json=as_json),
        following(as_json=as_json) as listen,
        heeding(listen) as interruption,
    ):
        rollout = deploy(
            target,
            stages=("prod",),
            manner=manner,
            accept_chart_changes=accept_chart_changes,
            show_plan=agreed(listen, f"Bring prod of {target.name} up like this?", yes=yes, as_json=as_json),
            interruption=interruption,
            listen=listen,
        )
    show_rollout(rollout, as_json=as_json)
    return 0
