"""`deployer drift`: what was changed behind the deployer's back."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deployer.cli.options import complete_names, json_option, simulate_option, this_project

NONE, FOUND, UNSEEN = 0, 3, 4


@click.command()
@click.argument("names", nargs=-1, metavar="[NAMES]…", shell_complete=complete_names)
@click.option("--all", "every", is_flag=True, help="All that is deployed: communities, clusters, accounts.")
@simulate_option
@click.option("--at-once", type=click.IntRange(min=1, max=64), help="Stacks looked at side by side.")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown"]), default="text", help="For a terminal, or a comment."
)
@json_option
def command(names: Sequence[str], every: bool, simulate: bool, at_once: int | None, form: str, as_json: bool) -> int:
    """Tell what was changed by hand since the last deploy, by whom, and whether a deploy would undo it.

    Names are of communities, each with the cluster that it stands on, and of clusters. Reality is asked through the
    engine's preview of a refresh, running hubs by a look at them: neither the state nor any resource is touched. By
    whom, Kubernetes knows of most changes; where a cloud does not tell, that is said. Secrets are masked.

    Exit codes: 0 no drift, 3 drift found, 4 some of it could not be looked at.

    \b
    deployer drift demo
    deployer drift --all
    deployer drift --all --format markdown    for a nightly report
    deployer drift ocean --simulate --json
    """
    from deployer.report.drift import show_drift
    from deployer.report.progress import following
    from deployer.rollout.fleet.limits import STACKS_AT_ONCE
    from deployer.rollout.interruption import heeding
    from deployer.rollout.target import Target
    from deployer.state.drift import drift

    if bool(names) == every:
        raise click.UsageError("name communities or clusters, or say --all")
    place = Target(project=this_project(), name="", simulated=simulate)
    with following(as_json=False) as listen, heeding(listen) as interruption:
        found = drift(place, names, at_once=at_once or STACKS_AT_ONCE, interruption=interruption, listen=listen)
    show_drift(found, place=place.place, as_json=as_json, markdown=form == "markdown")
    if any(stack.error for stack in found):
        return UNSEEN
    return FOUND if any(stack.drifted for stack in found) else NONE
