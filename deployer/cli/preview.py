"""`deployer preview`: what a deploy would change."""

from __future__ import annotations

import click

from deployer.cli.options import (
    community_or_cluster,
    json_option,
    only_clusters_are_simulated,
    only_one,
    simulate_option,
    stage_option,
    stages,
    this_project,
)


@click.command()
@community_or_cluster
@stage_option(text="Only this stage and the cluster.")
@simulate_option
@json_option
def command(community: str | None, cluster: str | None, stage: str | None, simulate: bool, as_json: bool) -> None:
    """Show what a deploy would change, from the real engine's preview; touches nothing.

    Works before anything exists. What has drifted from what was deployed is named too. With --json, every resource
    with its inputs; secrets are masked.

    \b
    deployer preview demo
    deployer preview demo --stage prod --json
    deployer preview --cluster example-gcp
    deployer preview --cluster example-gcp --simulate
    """
    name = only_one(community, cluster, stage)
    only_clusters_are_simulated(cluster, simulate)
    from deployer.report.plan import show_plan
    from deployer.report.progress import following
    from deployer.rollout.cluster_alone import preview_cluster
    from deployer.rollout.interruption import heeding
    from deployer.rollout.preview import preview

    with following(as_json=False) as listen, heeding(listen) as interruption:
        if cluster:
            plan = preview_cluster(this_project(), name, simulate=simulate, interruption=interruption, listen=listen)
        else:
            plan = preview(this_project(), name, stages=stages(stage), interruption=interruption, listen=listen)
    show_plan(plan, as_json=as_json)
