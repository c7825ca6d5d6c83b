"""`deployer secrets`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from deployer.cli.failing import failure_is_an_event
from deployer.cli.options import (
    communities_argument,
    community_argument,
    json_option,
    simulate_option,
    stage_option,
    this_project,
)
from deployer.cli.secrets_recipients import recipients, this_sops
from schemas.stage import STAGES

KEYS = ("client_secret", "password", "environment.", "traits.", "helm_values.")
OWN_KEYS = ("cookies", "sign-in-state", "proxy-token", "health-token", "dask-gateway-token", "binder-token", "password")


def _complete_keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    return [key for key in KEYS if key.startswith(incomplete)]


def _complete_own_keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    return [key for key in OWN_KEYS if key.startswith(incomplete)]


@click.group()
def command() -> None:
    """Keep secrets in git, encrypted: one file a community, which its own people and the operators can each open.

    The files are those of sops, and plain sops works on them too. Keys stay in clear, so that files are checked
    without opening them; values never stand in arguments, plans or messages. docs/secrets.md tells it all.

    \b
    deployer secrets keygen                              a key of your own
    deployer secrets set demo client_secret              asks for the value, or reads standard input
    deployer secrets edit demo                           the whole file in your editor
    deployer secrets recipients add demo age1…           let the community open its own
    deployer secrets rotate demo cookies                 draw a hub's own key anew, in one rollout
    deployer secrets check                               open every file, compare with what is needed

    \b
    Exit codes: 0 all is well, 2 a file cannot be used or opened, 3 a stage did not pass its gate, 4 a cloud or the
    engine failed, 1 anything else.
    """


@command.command(short_help="Open the file in your editor.")
@community_argument
@json_option
def edit(community: str, as_json: bool) -> None:
    """Open a community's secrets in $EDITOR; what you save is checked before it takes the file's place.

    \b
    deployer secrets edit demo
    EDITOR="code --wait" deployer secrets edit demo
    """
    from deployer.errors import Problem
    from deployer.report.errors import show_problems
    from deployer.report.secrets import show_changed
    from deployer.secrets.changing import edit as change

    def again(problems: Sequence[Problem]) -> bool:
        show_problems(problems)
        return sys.stdin.isatty() and click.confirm("edit again?", default=True, err=True)

    project = this_project()
    file, changed = change(project, community, sops=this_sops(), again=again)
    show_changed(project.relative(file), "edited" if changed else "unchanged", as_json=as_json)


@command.command("set", short_help="Put one value in, unseen.")
@community_argument
@click.argument("key", shell_complete=_complete_keys)
@stage_option(text="Of this stage alone; of both when left out.")
@json_option
def set_(community: str, key: str, stage: str | None, as_json: bool) -> None:
    """Put one value into a community's secrets: from standard input, or asked for without showing it.

    KEY is client_secret, password, environment.NAME, traits.CLASS.TRAIT or helm_values.PATH. The first use makes the
    file, for the operators that operators.yaml names. One line break at the end of standard input is not part of it.

    \b
    deployer secrets set demo client_secret
    deployer secrets set demo client_secret --stage staging < secret.txt
    deployer secrets set demo environment.CATALOG_TOKEN
    """
    from deployer.report.secrets import show_changed
    from deployer.secrets.changing import set_value

    stream = sys.stdin
    if stream.isatty():
        value = click.prompt(f"{key} of {community}", hide_input=True, confirmation_prompt=True, err=True)
    else:
        value = stream.read().removesuffix("\n").removesuffix("\r")
    if not value:
        raise click.UsageError("standard input holds no value")
    project = this_project()
    file = set_value(project, community, key, value, stage=stage, sops=this_sops())
    show_changed(project.relative(file), f"set {key} of {stage or 'both stages'}", as_json=as_json)


@command.command(short_help="Print one value.")
@community_argument
@click.argument("key", shell_complete=_complete_keys)
@click.option("--stage", type=click.Choice(STAGES), default="prod", show_default=True, help="As this stage gets it.")
@json_option
def get(community: str, key: str, stage: str, as_json: bool) -> None:
    """Print one value, and nothing else, to standard output.

    \b
    deployer secrets get demo client_secret | wl-copy
    deployer secrets get demo environment.CATALOG_TOKEN --stage staging
    """
    from deployer.report.secrets import show_value
    from deployer.secrets.changing import get_value

    show_value(get_value(this_project(), community, key, stage=stage, sops=this_sops()), key=key, as_json=as_json)


@command.command(short_help="Draw a hub's own keys anew.")
@community_argument
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=_complete_own_keys)
@click.option("--data-key", is_flag=True, help="Not the hubs' keys: encrypt the file anew, with another data key.")
@click.option("--all", "every", is_flag=True, help="All of the hubs' own keys.")
@simulate_option
@json_option
def rotate(community: str, keys: Sequence[str], data_key: bool, every: bool, simulate: bool, as_json: bool) -> int:
    """Draw keys that the hubs made for themselves anew, and roll that out: staging, a check, prod.

    KEYs are cookies (everybody signs in again), sign-in-state (what is encrypted with the key before stays readable),
    proxy-token, password (the shared one of a demo), and health-token, dask-gateway-token, binder-token as far as
    there are such services.

    \b
    deployer secrets rotate demo cookies
    deployer secrets rotate demo --all
    deployer secrets rotate demo --data-key         the file's data key; deploys nothing
    """
    if data_key == bool(keys or every) or (every and keys):
        raise click.UsageError("name keys, or --all of them, or --data-key")
    if data_key:
        from deployer.report.secrets import show_changed
        from deployer.secrets.changing import new_data_key

        project = this_project()
        file = new_data_key(project, community, sops=this_sops())
        show_changed(project.relative(file), "encrypted anew", as_json=as_json)
        return 0
    return _rotate_keys(community, keys, simulate=simulate, as_json=as_json)


def _rotate_keys(community: str, keys: Sequence[str], *, simulate: bool, as_json: bool) -> int:
    from functools import partial

    from deployer.report.plan import announce_plan
    from deployer.report.progress import following
    from deployer.report.rollout import show_rollout
    from deployer.rollout.interruption import heeding
    from deployer.rollout.key_rotation import rotate_keys
    from deployer.rollout.target import Target

    target = Target(project=this_project(), name=community, simulated=simulate)
    announce = partial(announce_plan, as_json=as_json)
    with (
        failure_is_an_event(as_json=as_json),
        following(as_json=as_json) as listen,
        heeding(listen) as interruption,
    ):
        rollout = rotate_keys(target, keys, show_plan=announce, interruption=interruption, listen=listen)
    show_rollout(rollout, as_json=as_json)
    return 0


@command.command(short_help="Open all files; say what is missing.")
@communities_argument
@json_option
def check(communities: Sequence[str], as_json: bool) -> int:
    """Open every file that your keys open, and compare what is given with what communities need.

    Prints no value. A file that none of your keys opens is named, and is no error: it may be somebody else's.

    \b
    deployer secrets check
    deployer secrets check demo --json
    """
    from deployer.report.secrets import show_check
    from deployer.report.tools import installing
    from deployer.secrets.checking import check_secrets

    with installing() as progress:
        found = check_secrets(this_project(), communities, progress=progress)
    show_check(found, as_json=as_json)
    return found.exit_code


@command.command(short_help="Make a key of your own.")
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Instead of where sops looks.")
@json_option
def keygen(file: Path | None, as_json: bool) -> None:
    """Make a key of your own, where sops looks for it; prints the public half, which may go anywhere.

    \b
    deployer secrets keygen
    deployer secrets keygen --file /media/stick/keys.txt
    """
    from deployer.report.secrets import show_key
    from deployer.report.tools import installing
    from deployer.secrets.keygen import make_key

    with installing() as progress:
        made = make_key(file, progress=progress)
    show_key(made, as_json=as_json)


command.add_command(recipients)
