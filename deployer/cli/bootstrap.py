"""`deployer bootstrap`: an account ready for its first deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli import asking
from deployer.cli.failing import failure_is_an_event
from deployer.cli.options import community_or_cluster_argument, json_option, simulate_option, this_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from deployer.rollout.plan import Plan


@click.command()
@community_or_cluster_argument
@simulate_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--undo", is_flag=True, help="Take it all back: the state's bucket, the workflows' identity. Keys stay.")
@click.option("--confirm", metavar="NAME", help="With --undo, the account's name, instead of typing it when asked.")
@json_option
def command(name: str, simulate: bool, yes: bool, undo: bool, confirm: str | None, as_json: bool) -> int:
    """Make the cloud account of a community or a cluster ready for its first deploy, with your own login.

    Enables the services that deploys use, makes a bucket for the state and a key for the secrets in it, and, where the
    file has `github`, the identity that workflows deploy with; no key file anywhere. Then the project's state moves to
    that bucket. Says every step before it does it. Run again, it does what is missing.

    \b
    deployer bootstrap example-gcp               a cluster of clusters/
    deployer bootstrap my-community --yes
    deployer bootstrap example-gcp --simulate    stand-ins in place of the cloud
    deployer bootstrap example-gcp --undo
    """
    from functools import partial

    from deployer.report.bootstrap import announce_steps, show_ready, show_undone
    from deployer.report.progress import following
    from deployer.rollout.bootstrap import Bootstrap
    from deployer.rollout.interruption import heeding

    with failure_is_an_event(as_json=as_json):
        work = Bootstrap(this_project(), name, simulated=simulate)
        with following(as_json=as_json) as listen, heeding(listen) as interruption:
            if undo:
                undone = work.undo(partial(_typed, work.account, typed=confirm), interruption, listen)
            else:
                announce = partial(announce_steps, as_json=as_json)
                ready = work.make_ready(partial(_agreed, announce, yes=yes), interruption, listen)
    if undo:
        show_undone(undone, as_json=as_json)
    else:
        show_ready(ready, name=str(work.target), provider=work.cluster.provider, as_json=as_json)
    return 0


def _agreed(announce: Callable[[Plan], None], plan: Plan, *, yes: bool) -> None:
    """Show the steps and ask; raises click.UsageError where nobody agrees."""
    announce(plan)
    asking.agree(yes=yes)


def _typed(account: str, _: Plan, *, typed: str | None) -> None:
    """Ask for the account's name, of a plan from which there is nothing to choose."""
    asking.confirm(account, typed=typed)
