"""`deployer health`: use a hub as a person would."""

from __future__ import annotations

import click

from deployer.cli.options import community_argument, json_option, stage_option, stages, this_project


@click.command()
@community_argument
@stage_option(text="Only this stage; by default all that are deployed.")
@click.option("--gpu", is_flag=True, help="Start a server with a GPU too: somebody pays for its node.")
@json_option
def command(community: str, stage: str | None, gpu: bool, as_json: bool) -> int:
    """Use a hub as a person would, and time each step.

    A user of its own signs in, starts a server in the default profile, runs a cell, writes and reads files, opens
    nbgitpuller, stops the server and is removed again. People's servers and files are not touched. In a cloud it
    writes the scratch bucket too; where there are Dask and Binder, a cluster computes and a repository is built.

    \b
    deployer health demo
    deployer health demo --stage prod
    deployer health ocean --gpu           one with a GPU too
    deployer health demo --json | jq '.[].steps[] | {name, seconds}'

    \b
    Exit codes: 0 healthy, 3 unhealthy.
    """
    from deployer.report.health import HealthReport
    from deployer.rollout.health.deployed import check_deployed
    from deployer.rollout.interruption import heeding

    with HealthReport(community, as_json=as_json) as report, heeding(report.listen) as interruption:
        checks = check_deployed(
            this_project(),
            community,
            stages(stage),
            gpu=gpu,
            interruption=interruption,
            listen=report.listen,
            on_hub=report.hub,
            on_step=report.step,
            on_start=report.start,
            on_told=report.told,
        )
        for checked, result in checks:
            report.result(checked, result)
    return 0 if report.healthy else 3
