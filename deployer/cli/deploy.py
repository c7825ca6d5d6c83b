"""`deployer deploy`: staging, a real check, then prod."""

from __future__ import annotations

from typing import Any

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
@stage_option(text="Only this stage. `staging` stops there; `prod` needs a healthy staging with the very same inputs.")
@simulate_option
@json_option
def command(community: str | None, cluster: str | None, stage: str | None, simulate: bool, as_json: bool) -> int:
    """Roll a community out: what its hubs stand on, staging, a real check, prod, and the check again.

    Checks the file, shows the plan, and goes ahead. What is already as the file says is left alone. Safe to interrupt
    and safe to repeat: the same command goes on from where it stopped. With --json, one event a line.

    \b
    deployer deploy demo                    both stages
    deployer deploy demo --stage staging    stop before prod
    deployer deploy demo --stage prod       promote a staging that passed
    deployer deploy --cluster example-gcp   a cluster of clusters/, without any hub
    deployer deploy --cluster example-gcp --simulate
    deployer preview demo                   look first
    """
    from functools import partial

    from deployer.errors import DeployerError
    from deployer.report.plan import announce_plan
    from deployer.report.progress import following
    from deployer.report.rollout import show_cluster_rollout, show_failure, show_rollout
    from deployer.rollout.cluster_alone import deploy_cluster
    from deployer.rollout.deploy import deploy
    from deployer.rollout.interruption import heeding

    name = only_one(community, cluster, stage)
    only_clusters_are_simulated(cluster, simulate)
    announce = partial(announce_plan, as_json=as_json)
    try:
        with following(as_json=as_json) as listen, heeding(listen) as interruption:
            heard: Any = {"show_plan": announce, "interruption": interruption, "listen": listen}
            if cluster:
                rollout = deploy_cluster(this_project(), name, simulate=simulate, **heard)
                show_cluster_rollout(rollout, as_json=as_json)
            else:
                show_rollout(deploy(this_project(), name, stages=stages(stage), **heard), as_json=as_json)
    except DeployerError as error:
        if not as_json:
            raise
        show_failure(error)
        return error.exit_code
    return 0
