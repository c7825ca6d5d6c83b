"""`deployer health`: use a hub as a person would."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deployer.cli.options import communities_argument, json_option, stage_option, stages, this_project


@click.command()
@communities_argument
@click.option("--all", "every", is_flag=True, help="Every hub that is deployed.")
@stage_option(text="Only this stage; by default all that are deployed.")
@click.option("--gpu", is_flag=True, help="Start a server with a GPU too: somebody pays for its node.")
@json_option
def command(communities: Sequence[str], every: bool, stage: str | None, gpu: bool, as_json: bool) -> int:
    """Use a hub as a person would, and time each step.

    A user of its own signs in, starts a server in the default profile, runs a cell, writes and reads files, opens
    nbgitpuller, stops the server and is removed again. People's servers and files are not touched. In a cloud it
    writes the scratch bucket too; where there are Dask and Binder, a cluster computes and a repository is built.

    Several communities, or --all, are checked side by side; one that cannot be checked keeps no other from it, and a
    table at the end tells of all.

    \b
    deployer health demo
    deployer health demo --stage prod
    deployer health ocean --gpu           one with a GPU too
    deployer health --all                 every hub, one table
    deployer health demo --json | jq '.[].steps[] | {name, seconds}'

    \b
    Exit codes: 0 healthy, 3 when any is unhealthy or could not be checked.
    """
    if every == bool(communities):
        raise click.UsageError("name communities, or all with --all")
    if every or len(communities) > 1:
        return _several(communities, stage, gpu=gpu, as_json=as_json)
    return _one(communities[0], stage, gpu=gpu, as_json=as_json)


def _one(community: str, stage: str | None, *, gpu: bool, as_json: bool) -> int:
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


def _several(communities: Sequence[str], stage: str | None, *, gpu: bool, as_json: bool) -> int:
    from deployer.report.fleet_health import show_checked, show_fleet_health, told
    from deployer.rollout.health.fleet import check_fleet
    from deployer.rollout.interruption import heeding

    with heeding(told) as interruption:
        found = check_fleet(
            this_project(),
            list(dict.fromkeys(communities)),
            stages(stage),
            gpu=gpu,
            interruption=interruption,
            listen=told,
            on_checked=show_checked,
        )
    show_fleet_health(found, as_json=as_json)
    return 0 if all(checked.healthy for checked in found) else 3
