"""`deployer secrets recipients`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from deployer.cli.options import communities_argument, community_argument, json_option, this_project

if TYPE_CHECKING:
    from deployer.secrets.recipients import Recipient
    from deployer.secrets.sops import Sops


def this_sops() -> Sops:
    """The pinned sops; where it is missing, it is built first, and that is shown."""
    from deployer.report.tools import installing
    from deployer.secrets.sops import Sops

    with installing() as progress:
        return Sops(progress=progress)


@click.group(short_help="Say or change who can open a file.")
def recipients() -> None:
    """Who can open a community's secrets: age keys, SSH keys, keys of AWS KMS, Google Cloud KMS, Azure Key Vault.

    The operators' stand in operators.yaml and open every file; all others are the community's own.

    \b
    deployer secrets recipients list
    deployer secrets recipients add demo age1…
    deployer secrets recipients remove demo age1…
    deployer secrets recipients sync                 after a change to operators.yaml
    """


@recipients.command("list")
@communities_argument
@json_option
def list_(communities: Sequence[str], as_json: bool) -> None:
    """Say who can open which file.

    \b
    deployer secrets recipients list
    deployer secrets recipients list demo --json
    """
    from deployer.report.secrets import show_recipients
    from deployer.secrets.listing import list_recipients

    show_recipients(list_recipients(this_project(), communities), as_json=as_json)


@recipients.command(short_help="Let others open a file.")
@community_argument
@click.argument("who", nargs=-1, required=True, metavar="RECIPIENT...")
@json_option
def add(community: str, who: Sequence[str], as_json: bool) -> None:
    """Let others open a community's secrets; makes the file where there is none yet.

    \b
    deployer secrets recipients add demo age1…
    deployer secrets recipients add demo arn:aws:kms:eu-central-1:000000000000:alias/demo-secrets
    """
    from deployer.report.secrets import show_changed
    from deployer.secrets.changing import change_recipients

    project, added = this_project(), _recipients(who)
    file = change_recipients(project, community, add=added, sops=this_sops())
    show_changed(project.relative(file), f"opened by {len(added)} more", as_json=as_json)


@recipients.command(short_help="No longer let somebody open it.")
@community_argument
@click.argument("who", nargs=-1, required=True, metavar="RECIPIENT...")
@json_option
def remove(community: str, who: Sequence[str], as_json: bool) -> None:
    """No longer let somebody open a community's secrets. What they could read once, git's history still shows them.

    \b
    deployer secrets recipients remove demo age1…
    """
    from deployer.report.secrets import show_changed, warn_of_history
    from deployer.secrets.changing import change_recipients

    project, removed = this_project(), _recipients(who)
    file = change_recipients(project, community, remove=removed, sops=this_sops())
    show_changed(project.relative(file), f"closed to {len(removed)}", as_json=as_json)
    warn_of_history(community)


@recipients.command(short_help="Bring files in line with operators.yaml.")
@communities_argument
@json_option
def sync(communities: Sequence[str], as_json: bool) -> None:
    """Bring files in line with operators.yaml, and .sops.yaml with both; all files by default.

    \b
    deployer secrets recipients sync
    deployer secrets recipients sync demo
    """
    from deployer.report.secrets import show_synchronised
    from deployer.secrets.changing import synchronise

    show_synchronised(synchronise(this_project(), communities, sops=this_sops()), as_json=as_json)


def _recipients(texts: Sequence[str]) -> list[Recipient]:
    from deployer.errors import BadInput
    from deployer.secrets.recipients import NoRecipientError, recipient

    found = []
    for text in texts:
        try:
            found.append(recipient(text))
        except NoRecipientError as error:
            raise BadInput([], fault=error.fault, remedy=error.remedy) from None
    return found
