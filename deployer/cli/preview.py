"""`deployer preview`: what a deploy would change."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, json_option, stage_option, stages, this_project


@click.command()
@community_argument
@stage_option(text="Only this stage and the cluster.")
@json_option
def command(community: str, stage: str | None, as_json: bool) -> None:
    """Show what a deploy would change, from the real engine's preview; touches nothing.

    Works before anything exists. What has drifted from what was deployed is named too. With --json, every resource
    with its inputs; secrets are masked.

    \b
    deployer preview demo
    deployer preview demo --stage prod --json
    """
    from deployer.report.plan import show_plan
    from deployer.report.progress import following
    from deployer.rollout.interruption import heeding
    from deployer.rollout.preview import preview

    with following(as_json=False) as listen, heeding(listen) as interruption:
        plan = preview(this_project(), community, stages=stages(stage), interruption=interruption, listen=listen)
    show_plan(plan, as_json=as_json)
