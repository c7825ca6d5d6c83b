"""`deployer destroy`: take hubs and clusters down."""

from __future__ import annotations

import click

from deployer.cli import asking
from deployer.cli.failing import failure_is_an_event
from deployer.cli.options import json_option, stage_option, stages, target_options, this_target


@click.command()
@target_options
@stage_option(text="Only this stage; its cluster stays.")
@click.option("--yes", is_flag=True, help="Do not ask, unless something is protected. People's files are kept anyway.")
@click.option("--delete-data", is_flag=True, help="Delete people's files and accounts too: homes, buckets.")
@click.option("--delete-accounts", is_flag=True, help="Let accounts of auth.type native go: people sign up again.")
@click.option("--confirm", metavar="NAME", help="The name of what is to go, instead of typing it when asked.")
@json_option
def command(
    community: str | None,
    cluster: str | None,
    stage: str | None,
    simulate: bool,
    yes: bool,
    delete_data: bool,
    delete_accounts: bool,
    confirm: str | None,
    as_json: bool,
) -> int:
    """Take a community's hubs down: prod, staging, then what they stood on unless others stand on it too.

    People's files are kept, and the next deploy finds them again. Hubs that alone know their people's passwords
    (auth.type native) go only when you say so. A cluster goes by its own name, once no community
    stands on it.

    \b
    deployer destroy demo
    deployer destroy demo --stage staging --yes
    deployer destroy demo --delete-data --confirm demo
    deployer destroy --cluster example-gcp --confirm example-gcp
    """
    from deployer.report.progress import following
    from deployer.report.rollout import show_destroyed, show_doomed
    from deployer.rollout.doomed import doomed
    from deployer.rollout.interruption import heeding
    from deployer.rollout.teardown import destroy

    target = this_target(community, cluster, simulate, stage)
    plan = doomed(target, stages=stages(stage), delete_data=delete_data, delete_accounts=delete_accounts)
    if plan.stacks and not as_json:
        show_doomed(plan)
    if plan.stacks:
        needed = "--delete-data --confirm {name}" if delete_data else "--confirm {name}" if plan.protected else "--yes"
        if not (yes and needed == "--yes"):
            asking.confirm(target.name, typed=confirm, flags=needed)
    with (
        failure_is_an_event(as_json=as_json),
        following(as_json=as_json) as listen,
        heeding(listen) as interruption,
    ):
        destroyed = destroy(plan, delete_data=delete_data, interruption=interruption, listen=listen)
    show_destroyed(destroyed, as_json=as_json)
    return 0
