"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deployer.project import Project, find_project
from schemas.stage import STAGES

if TYPE_CHECKING:
    from deployer.rollout.target import Target

F = TypeVar("F", bound=Callable[..., Any])


def this_project() -> Project:
    """The checkout that `--project` names, or the one around the current folder."""
    given = click.get_current_context().find_root().params.get("project")
    return find_project(given)


def complete_communities(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Names of communities that begin so."""
    return _beginning(ctx, incomplete, Project.community_names)


def complete_clusters(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    """Names of clusters that begin so."""
    return _beginning(ctx, incomplete, Project.cluster_names)


def complete_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names of communities and of clusters that begin so."""
    return [*complete_communities(ctx, param, incomplete), *complete_clusters(ctx, param, incomplete)]


def _beginning(ctx: click.Context, incomplete: str, names: Callable[[Project], Sequence[str]]) -> list[str]:
    try:
        known = names(find_project(ctx.find_root().params.get("project")))
    except Exception:  # noqa: BLE001 - a completion has nobody to tell
        return []
    return [name for name in known if name.startswith(incomplete)]


def community_or_cluster_argument(function: F) -> F:
    """A community or a cluster, by its name alone."""
    return click.argument("name", shell_complete=complete_names)(function)


def cluster_argument(function: F) -> F:
    """One cluster, by name."""
    return click.argument("cluster", shell_complete=complete_clusters)(function)


def community_argument(function: F) -> F:
    """One community, by name."""
    return click.argument("community", shell_complete=complete_communities)(function)


def cluster_option(function: F) -> F:
    """`--cluster NAME`: a cluster by itself."""
    text = "A cluster alone, by its name, instead of a community."
    return click.option("--cluster", metavar="NAME", shell_complete=complete_clusters, help=text)(function)


def community_or_cluster(function: F) -> F:
    """One community, or `--cluster NAME`."""
    argument = click.argument("community", required=False, shell_complete=complete_communities)
    return argument(cluster_option(function))


def only_one(community: str | None, cluster: str | None, stage: str | None) -> str:
    """The name of whichever was given. Raises click.UsageError for both, for neither, and for a cluster's stage."""
    if (community is None) == (cluster is None):
        raise click.UsageError("name a community, or a cluster with --cluster NAME")
    if cluster and stage:
        raise click.UsageError("a cluster has no stages; leave out --stage")
    return community or cluster or ""


def simulate_option(function: F) -> F:
    """`--simulate`: stand-ins in place of the clouds."""
    text = "Stand-ins in place of the cloud, and a state of their own; no account, no cost."
    return click.option("--simulate", is_flag=True, help=text)(function)


def target_options(function: F) -> F:
    """One community, or `--cluster NAME`; with `--simulate`, where the clouds are stand-ins."""
    return community_or_cluster(simulate_option(function))


def this_target(community: str | None, cluster: str | None, simulate: bool, stage: str | None = None) -> Target:
    """What `target_options` name, in this project. Raises click.UsageError as `only_one` does."""
    from deployer.rollout.target import Target

    name = only_one(community, cluster, stage)
    return Target(project=this_project(), name=name, alone=cluster is not None, simulated=simulate)


def communities_argument(function: F) -> F:
    """Any number of communities, by name or by path; none means all."""
    return click.argument("communities", nargs=-1, shell_complete=complete_communities)(function)


def stage_option(*, required: bool = False, text: str) -> Callable[[F], F]:
    """`--stage staging|prod`."""
    return click.option("--stage", type=click.Choice(STAGES), required=required, help=text)


def json_option(function: F) -> F:
    """`--json`: the result as JSON on standard output, for other programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")(function)


def stages(stage: str | None) -> Sequence[str]:
    """The stages that an optional `--stage` means."""
    return (stage,) if stage else STAGES
