"""`deployer deploy`: staging, a real check, then prod; of one community or of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deployer.cli.failing import failure_is_an_event
from deployer.cli.options import (
    cluster_option,
    communities_argument,
    complete_communities,
    json_option,
    simulate_option,
    stage_option,
    stages,
    this_project,
    this_target,
)

if TYPE_CHECKING:
    from deployer.rollout.promotion import Manner
    from deployer.rollout.target import Target

F = TypeVar("F", bound=Callable[..., Any])


def fleet_options(function: F) -> F:
    """Which communities, and how many of them at once and before a stop."""
    names: dict[str, Any] = {"metavar": "NAME", "shell_complete": complete_communities}
    for option in (
        click.option("--per-cloud", type=click.IntRange(min=1), help="Of those, at most so many in one cloud."),
        click.option("--per-cluster", type=click.IntRange(min=1), help="Of those, at most so many on one cluster."),
        click.option("--at-once", type=click.IntRange(min=1, max=64), help="Communities worked on side by side."),
        click.option(
            "--failure-budget",
            type=click.IntRange(min=0),
            metavar="N",
            help="Begin no more when more than N failed; by default 3, or a tenth of all when that is more, and before "
            "the last wave none.",
        ),
        click.option("--no-waves", is_flag=True, help="All at once, also where everybody is touched."),
        click.option("--canary", "canaries", multiple=True, **names, help="Goes first, alone; may be given again."),
        click.option("--resume", is_flag=True, help="Go on with what the last rollout of several left undone."),
        click.option("--since", metavar="REF", help="Those that changed since this branch left REF."),
        click.option("--all", "every", is_flag=True, help="All communities, and each cluster once."),
    ):
        function = option(function)
    return function


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The options of several."""

    names: Sequence[str]
    every: bool
    since: str | None
    resume: bool
    canaries: Sequence[str]
    no_waves: bool
    failure_budget: int | None
    at_once: int | None
    per_cluster: int | None
    per_cloud: int | None

    @property
    def several(self) -> bool:
        return bool(len(self.names) > 1 or self.every or self.since or self.resume)

    def refuse_contradictions(self, cluster: str | None, stage: str | None) -> None:
        """Raises click.UsageError."""
        ways = [bool(self.names), self.every, self.since is not None, self.resume]
        if sum(ways) > 1:
            raise click.UsageError("names, --all, --since REF and --resume each say which communities: use one of them")
        if cluster and self.several:
            raise click.UsageError("name communities, or a cluster with --cluster NAME")
        if self.canaries and self.no_waves:
            raise click.UsageError("--canary makes waves, and --no-waves makes none")
        waves = self.canaries or self.no_waves or self.failure_budget is not None
        if self.resume and (stage or waves):
            raise click.UsageError(
                "--resume keeps to the stages, waves and failure budget of the run that it goes on with: leave out "
                "--stage, --canary, --no-waves and --failure-budget"
            )
        if not self.several and (waves or self.at_once or self.per_cluster or self.per_cloud):
            raise click.UsageError("waves, failure budgets, --at-once and --per-… are for several communities")


@dataclass(frozen=True, kw_only=True)
class _How:
    """The options of one and of several alike."""

    stage: str | None
    window: str | None
    no_going_back: bool
    accept_chart_changes: bool

    @property
    def manner(self) -> Manner:
        from deployer.rollout.promotion import Manner
        from deployer.rollout.window import read_window

        return Manner(
            by_hand=self.stage == "prod",
            windows=None if self.window is None else read_window(self.window),
            goes_back=not self.no_going_back,
        )


@click.command()
@communities_argument
@cluster_option
@fleet_options
@simulate_option
@stage_option(text="Only this stage. `staging` stops there; `prod` needs a healthy staging with the very same inputs.")
@click.option(
    "--accept-chart-changes",
    is_flag=True,
    help="Breaking changes of Helm charts that the deploy would go over were read.",
)
@click.option("--window", metavar="WHEN", help='In place of maintenance windows: now, or "sat 02:00-04:00 ZONE".')
@click.option("--no-going-back", is_flag=True, help="Leave a prod that fails as it is, to look at.")
@json_option
def command(
    communities: Sequence[str],
    cluster: str | None,
    simulate: bool,
    stage: str | None,
    accept_chart_changes: bool,
    window: str | None,
    no_going_back: bool,
    as_json: bool,
    **several: Any,
) -> int:
    """Roll communities out: what their hubs stand on, staging, a real check, prod, and the check again.

    Checks the files, shows the plan, and goes ahead. What is already as the file says is left alone. Safe to interrupt
    and safe to repeat: the same command goes on from where it stopped. With --json, one event a line.

    Several at once: clusters first, then everybody side by side, each prod as soon as its own staging is healthy. One
    that fails keeps nobody else from it. A change that touches everybody goes in waves: a canary, a tenth, the rest.

    A prod that does not take its update goes back to the inputs with which it was last well, and is checked again;
    people's data stays as it is, and the command ends with 3. A prod that is promoted by hand, or whose maintenance
    window is closed, waits: that is no error, and the command says what it waits for.

    \b
    deployer deploy demo                    both stages
    deployer deploy demo --stage staging    stop before prod
    deployer deploy demo --stage prod       promote a staging that passed
    deployer deploy ocean --simulate        all the way, with stand-ins in the cloud's place
    deployer deploy --cluster example-gcp   a cluster of clusters/, without any hub
    deployer deploy --all                   whatever is not as its file says
    deployer deploy --since origin/main     what changed on this branch
    deployer deploy --resume                go on with what was left
    deployer preview demo                   look first

    \b
    Exit codes: 0 all is well, 2 a file cannot be used, 3 a stage did not pass its gate, 4 a cloud or the engine failed,
    130 interrupted. Of several, the highest.
    """
    asked = _Asked(names=communities, **several)
    asked.refuse_contradictions(cluster, stage)
    how = _How(stage=stage, window=window, no_going_back=no_going_back, accept_chart_changes=accept_chart_changes)
    if asked.several:
        return _several(asked, how, simulate=simulate, as_json=as_json)
    return _one(this_target(communities[0] if communities else None, cluster, simulate, stage), how, as_json=as_json)


def _one(target: Target, how: _How, *, as_json: bool) -> int:
    from functools import partial

    from deployer.report.plan import announce_plan
    from deployer.report.progress import following
    from deployer.report.rollout import show_rollout
    from deployer.rollout.deploy import deploy
    from deployer.rollout.interruption import heeding

    announce = partial(announce_plan, as_json=as_json)
    with (
        failure_is_an_event(as_json=as_json),
        following(as_json=as_json) as listen,
        heeding(listen) as interruption,
    ):
        rollout = deploy(
            target,
            stages=stages(how.stage),
            manner=how.manner,
            accept_chart_changes=how.accept_chart_changes,
            show_plan=announce,
            interruption=interruption,
            listen=listen,
        )
    show_rollout(rollout, as_json=as_json)
    return 0


def _several(asked: _Asked, how: _How, *, simulate: bool, as_json: bool) -> int:
    from deployer.report.fleet import following_fleet, show_fleet
    from deployer.rollout.fleet.command import Wish, carry_out
    from deployer.rollout.fleet.events import Heard
    from deployer.rollout.interruption import heeding

    wish = Wish(
        names=asked.names,
        since=asked.since,
        resume=asked.resume,
        canaries=asked.canaries,
        waves=not asked.no_waves,
        failure_budget=asked.failure_budget,
        at_once=asked.at_once,
        per_cluster=asked.per_cluster,
        per_cloud=asked.per_cloud,
        stages=stages(how.stage),
        manner=how.manner,
        simulated=simulate,
        accept_chart_changes=how.accept_chart_changes,
    )
    with (
        failure_is_an_event(as_json=as_json),
        following_fleet(as_json=as_json) as listen,
        heeding(lambda event: listen(Heard(name="", kind="community", event=event))) as interruption,
    ):
        result = carry_out(this_project(), wish, interruption=interruption, listen=listen)
    show_fleet(result, as_json=as_json)
    return result.exit_code
