"""`deployer show`."""

from __future__ import annotations

import click

from deployer.cli.options import complete_communities, json_option, stage_option, stages, this_project


@click.command(short_help="Print what a community file resolves to.")
@click.argument("community", required=False, shell_complete=complete_communities)
@click.option("--all", "every", is_flag=True, help="With --values: all communities on clusters, one after another.")
@stage_option(text="Only this stage; both by default.")
@click.option("--values", is_flag=True, help="The values of the Helm charts instead, by chart.")
@click.option("--full", is_flag=True, help="With --values: long texts whole, such as files that go into the hub's pod.")
@click.option("--explain", is_flag=True, help="Say for each value where it came from.")
@json_option
def command(
    community: str | None, every: bool, stage: str | None, values: bool, full: bool, explain: bool, as_json: bool
) -> None:
    """Print what a community file resolves to, with nothing left open.

    Last comes what is computed: for each node pool the machine and why it was chosen, and for each profile what its
    servers are promised and how well they fill a node.

    With --values, what that becomes on a cluster: the values of each Helm chart; what only the running cluster knows
    stands in pointed brackets. Files that go into the hub's pod are folded: --full and --json have them whole, as Helm
    gets them. --explain names for each value the field that makes it.

    \b
    deployer show demo                             both stages
    deployer show demo --stage prod --explain      with the line, archetype or default behind each value
    deployer show demo --json                      for other programs
    deployer show ocean --stage prod --values      the values of its Helm charts
    deployer show --all --values --json            those of all communities, one hub a line
    """
    if every == (community is not None):
        raise click.UsageError("name a community, or all of them with --all")
    if every and (explain or not values):
        raise click.UsageError("--all goes with --values, and without --explain")
    if full and not values:
        raise click.UsageError("--full goes with --values")
    if values:
        _values(community, stage, explain=explain, as_json=as_json, full=full)
        return
    from deployer.config import load_deployments
    from deployer.report.show import show_deployments

    loaded = load_deployments(this_project(), community or "")
    show_deployments(loaded, stages(stage), explain=explain, as_json=as_json)


def _values(community: str | None, stage: str | None, *, explain: bool, as_json: bool, full: bool) -> None:
    from deployer.config.values import community_values, fleet_values
    from deployer.report.values import show_fleet_values, show_values

    if community is None:
        show_fleet_values(fleet_values(this_project(), stages(stage)), as_json=as_json, full=full)
        return
    loaded, found = community_values(this_project(), community, stages(stage))
    show_values(loaded, found, explain=explain, as_json=as_json, full=full)
