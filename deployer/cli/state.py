"""`deployer state`: where the state is and whose; copies of it; what is wrong in it, and mending that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from deployer.cli import asking
from deployer.cli.options import complete_names, json_option, simulate_option, this_project

if TYPE_CHECKING:
    from deployer.rollout.target import Target
    from deployer.state.leftovers import Repair

CONFIRM = "The name, instead of typing it when asked."


@click.group(invoke_without_command=True)
@simulate_option
@json_option
@click.pass_context
def command(ctx: click.Context, simulate: bool, as_json: bool) -> None:
    """Tell where the state is, whose it is, what stacks it has, who is at work on it, how its secrets are encrypted.

    Reads files alone, without the engine and without any key.

    \b
    deployer state
    deployer state backup --to s3://example-backups?region=eu-central-1
    deployer state verify
    deployer state repair demo
    """
    if ctx.invoked_subcommand is not None:
        return
    from deployer.report.state import show_overview
    from deployer.state.overview import overview

    show_overview(overview(_place(simulate)), simulated=simulate, as_json=as_json)


@command.command(short_help="Copy the whole state into one file.")
@click.option("--to", metavar="FOLDER|URL", help="A folder or a bucket; by default the current folder.")
@click.option("--with-passphrase", is_flag=True, help="Put the passphrase in too: the file then opens every secret.")
@simulate_option
@json_option
def backup(to: str | None, with_passphrase: bool, simulate: bool, as_json: bool) -> None:
    """Copy the whole state, as it stands at one moment, into one file with the digest of each part.

    Somebody who keeps writing to it meanwhile ends the copying (exit code 4). Secrets stay encrypted as they are in the
    state; the passphrase stays where it is.

    \b
    deployer state backup
    deployer state backup --to gs://example-backups/hubs
    """
    from deployer.report.state import show_backed_up
    from deployer.state.backup import back_up

    show_backed_up(back_up(_place(simulate), to, with_passphrase=with_passphrase), as_json=as_json)


@command.command(short_help="Put a backup back, whole or one stack.")
@click.argument("file")
@click.option("--stack", help="Only this stack, into the state that it is of.")
@click.option("--confirm", metavar="NAME", help=CONFIRM)
@simulate_option
@json_option
def restore(file: str, stack: str | None, confirm: str | None, simulate: bool, as_json: bool) -> None:
    """Put a backup back: all of it into an empty place, or one stack in the place of what is there.

    Asks for the project's name, or the stack's. A stack that was put back promises nothing: the next deploy compares it
    with reality. What was there before stays beside the state.

    \b
    deployer state restore hubs-state-20261120T130000Z.tar.gz
    deployer state restore gs://example-backups/hubs/hubs-state-20261120T130000Z.tar.gz --stack demo-prod
    """
    from deployer.report.progress import following
    from deployer.report.state import show_restored
    from deployer.state.restore import read_backup, restore, restore_stack

    place = _place(simulate)
    found = read_backup(place, file)
    agree = partial(asking.confirm, typed=confirm)
    if stack is None:
        show_restored(restore(place, found, agree), as_json=as_json)
        return
    with following(as_json=False) as listen:
        done = restore_stack(place, found, stack, agree, listen)
    show_restored(done, as_json=as_json)


@command.command(short_help="Say what is wrong in it, and what mends it.")
@click.option("--backup", "file", metavar="FILE", help="Look through a backup instead.")
@simulate_option
@json_option
def verify(file: str | None, simulate: bool, as_json: bool) -> int:
    """Look through the state: stacks, records, claims, histories; say what is wrong and the command that mends it.

    Every stack must be readable, every resource there once and what it needs before it, nothing half-way, every record
    of something that is there. Changes nothing. Exit codes: 0 nothing is wrong, 3 something is, 4 out of reach.

    \b
    deployer state verify
    deployer state verify --backup hubs-state-20261120T130000Z.tar.gz
    """
    from deployer.report.state import show_sound_backup, show_verified
    from deployer.state.restore import read_backup
    from deployer.state.verify import verify

    if file:
        found = read_backup(_place(simulate), file)
        show_sound_backup(file, found.manifest.stacks, len(found.files), as_json=as_json)
        return 0
    seen = verify(_place(simulate))
    show_verified(seen, as_json=as_json)
    return 3 if seen.findings else 0


@command.command(short_help="Mend what an interrupted operation left.")
@click.argument("name", required=False, default="", shell_complete=complete_names)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@simulate_option
@json_option
def repair(name: str, yes: bool, dry_run: bool, simulate: bool, as_json: bool) -> None:
    """Mend what an interrupted operation left in a stack, a community or a cluster; without a name, in all.

    States that were cut off, operations that were not ended, claims and locks of dead runs, records of what is not
    there. Says first what it would do; never touches a stack that a living run holds. A second run finds nothing to do.

    \b
    deployer state repair demo
    deployer state repair demo-prod --yes
    deployer state repair --dry-run
    """
    from deployer.report.progress import following
    from deployer.report.state import show_planned_repairs, show_repaired
    from deployer.rollout.interruption import heeding
    from deployer.state.repair import Mending

    with following(as_json=False) as listen, heeding(listen) as interruption:
        mending = Mending(_place(simulate), name, interruption, listen)
        if dry_run:
            show_planned_repairs(mending.plan(), as_json=as_json)
            return
        done = mending.carry_out(partial(_agreed, yes=yes))
    show_repaired(done, as_json=as_json)


@command.command(short_help="Let a copied or moved state act from here.")
@click.option("--confirm", metavar="NAME", help=CONFIRM)
@simulate_option
@json_option
def adopt(confirm: str | None, simulate: bool, as_json: bool) -> None:
    """Let a state act from where it is now, which was copied or moved by hand; and forget its clusters' accounts.

    A copy and its original at work on the same clusters undo each other's work: do this only when the other one is gone
    for good. Asks for the project's name.

    \b
    deployer state adopt
    deployer state adopt --confirm hubs
    """
    from deployer.report.state import show_adopted
    from deployer.state.adopt import adopt

    def agree(name: str, before: str) -> None:
        if before:
            click.echo(f"this state last acted from {before}", err=True)
        asking.confirm(name, typed=confirm)

    show_adopted(adopt(_place(simulate), agree), as_json=as_json)


def _place(simulate: bool) -> Target:
    """The real state or the simulated one; the option may stand before the subcommand too."""
    from deployer.rollout.target import Target

    parent = click.get_current_context().parent
    above = bool(parent and parent.command is command and parent.params.get("simulate"))
    return Target(project=this_project(), name="", simulated=simulate or above)


def _agreed(repairs: Sequence[Repair], *, yes: bool) -> None:
    """Show what would be done, and ask; raises click.UsageError where nobody agrees."""
    from deployer.report.state import announce_repairs

    announce_repairs(repairs)
    asking.agree(yes=yes)
