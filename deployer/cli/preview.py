"""`deployer preview`: what a deploy would change."""

from __future__ import annotations

from collections.abc import Sequence

import click

from deployer.cli.options import (
    cluster_option,
    communities_argument,
    json_option,
    simulate_option,
    stage_option,
    stages,
    this_project,
    this_target,
)


@click.command()
@communities_argument
@cluster_option
@click.option("--all", "every", is_flag=True, help="All communities, and each cluster once.")
@simulate_option
@stage_option(text="Only this stage and the cluster.")
@click.option(
    "--at-once",
    type=click.IntRange(min=1, max=64),
    help="With several communities: stacks looked at side by side; by default one more than the machine has cores.",
)
@click.option(
    "--base",
    metavar="REF",
    help="Against where this branch left REF: what the change does, whoever has deployed what.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    help="With --base: markdown is for a comment on a pull request.",
)
@json_option
def command(
    communities: Sequence[str],
    cluster: str | None,
    every: bool,
    simulate: bool,
    stage: str | None,
    at_once: int | None,
    base: str | None,
    form: str,
    as_json: bool,
) -> int:
    """Show what a deploy would change, from the real engine's preview; touches nothing.

    First come the settings of the community's file that are not as they were deployed, each with its line and with what
    it does to people; then values of Helm charts, then resources.

    Works before anything exists. What has drifted from what was deployed is named too. Several communities are looked
    at side by side; one that cannot be previewed keeps no other from it. With --json, every resource with its inputs;
    secrets are masked.

    \b
    deployer preview demo
    deployer preview demo --stage prod --json
    deployer preview ocean --simulate
    deployer preview --cluster example-gcp
    deployer preview --all --simulate

    With --base, only what differs since then is looked at: communities, stages and clusters. With --simulate besides,
    what stood there then is brought up in a simulated cloud first, and nobody need be signed in; without it, the change
    is previewed on what is deployed, and drift is told apart. Exit code 2 where a file is wrong, 4 where something
    could not be previewed; everything else is told all the same.

    \b
    deployer preview --base origin/main --simulate
    deployer preview --base origin/main --simulate --format markdown
    deployer preview --base HEAD research-gcp example-gcp --simulate
    """
    if base is not None:
        if every:
            raise click.UsageError("--base looks at all that differs; leave out --all")
        names = [*communities, *([cluster] if cluster else [])]
        chosen = "json" if as_json else form
        return _against(base, names, simulate=simulate, stage=stage, at_once=at_once, form=chosen)
    if form != "text":
        raise click.UsageError("--format goes with --base; --json stands alone")
    if every and (communities or cluster):
        raise click.UsageError("--all is all of them; name nothing beside it")
    if every or len(communities) > 1:
        if cluster:
            raise click.UsageError("name communities, or a cluster with --cluster NAME")
        return _several(communities, simulate=simulate, stage=stage, at_once=at_once, as_json=as_json)
    _one(communities[0] if communities else None, cluster, simulate=simulate, stage=stage, as_json=as_json)
    return 0


def _one(community: str | None, cluster: str | None, *, simulate: bool, stage: str | None, as_json: bool) -> None:
    from deployer.report.plan import show_plan
    from deployer.report.progress import following
    from deployer.rollout.interruption import heeding
    from deployer.rollout.preview import preview

    target = this_target(community, cluster, simulate, stage)
    with following(as_json=False) as listen, heeding(listen) as interruption:
        plan = preview(target, stages=stages(stage), interruption=interruption, listen=listen)
    show_plan(plan, as_json=as_json)


def _several(
    communities: Sequence[str], *, simulate: bool, stage: str | None, at_once: int | None, as_json: bool
) -> int:
    from deployer.report.plan import show_looks
    from deployer.report.progress import following
    from deployer.rollout.fleet.limits import STACKS_AT_ONCE
    from deployer.rollout.interruption import heeding
    from deployer.rollout.preview_fleet import preview_fleet

    project = this_project()
    names = communities or project.community_names()
    with following(as_json=False) as listen, heeding(listen) as interruption:
        looks = preview_fleet(
            project,
            names,
            stages=stages(stage),
            simulated=simulate,
            at_once=at_once or STACKS_AT_ONCE,
            interruption=interruption,
            listen=listen,
        )
    show_looks(looks, as_json=as_json)
    return max((look.error.exit_code for look in looks if look.error), default=0)


def _against(
    base: str, names: Sequence[str], *, simulate: bool, stage: str | None, at_once: int | None, form: str
) -> int:
    from deployer.comparison.compare import compare
    from deployer.report.comparison import show_comparison
    from deployer.report.progress import following
    from deployer.rollout.fleet.limits import STACKS_AT_ONCE
    from deployer.rollout.interruption import heeding

    with following(as_json=False) as listen, heeding(listen) as interruption:
        found = compare(
            this_project(),
            base,
            names,
            stages=stages(stage),
            simulated=simulate,
            at_once=at_once or STACKS_AT_ONCE,
            interruption=interruption,
            listen=listen,
        )
    show_comparison(found, form)
    return found.exit_code
