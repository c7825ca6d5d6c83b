"""`deployer machines`: what clouds rent out, and which machine a wish would get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from deployer.cli.options import json_option
from deployer.errors import BadInput

if TYPE_CHECKING:
    from components.machines.choosing import Wish

KEYS = ("cpu", "memory_gib", "gpu", "spot", "machine_type", "arch")


def _cloud(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001 - click's shape
    """A cloud that rents out machines."""
    from components.machines.offers import UnavailableError, offer

    try:
        return offer(value).cloud if value else None
    except UnavailableError as error:
        raise click.BadParameter(str(error)) from None


def _complete_clouds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    from components.machines.offers import clouds

    return [each for each in clouds() if each.startswith(incomplete)]


def _wish(ctx: click.Context, param: click.Parameter, value: str | None) -> Wish | None:  # noqa: ARG001
    """`cpu=4,memory_gib=32,gpu=t4:2,spot`."""
    if value is None:
        return None
    from components.machines.choosing import Wish

    fields: dict[str, Any] = {}
    for part in value.split(","):
        key, _, said = (piece.strip() for piece in part.partition("="))
        fields.update(_fields(key, said, part.strip()))
    return Wish(**fields)


def _fields(key: str, said: str, part: str) -> dict[str, Any]:
    if key in ("cpu", "memory_gib"):
        return {key: _amount(key, said)}
    if key == "gpu" and said:
        return _gpu(said)
    if part == "spot":
        return {"spot": True}
    if (key == "arch" and said in ("amd64", "arm64")) or (key == "machine_type" and said):
        return {key: said}
    from difflib import get_close_matches

    near = [each for each in get_close_matches(key, KEYS, n=1) if each != key]
    meant = f"; did you mean {near[0]!r}?" if near else ";"
    raise click.BadParameter(f"{part!r} is not understood{meant} say e.g. cpu=4,memory_gib=32,gpu=t4,spot,arch=arm64")


def _amount(key: str, said: str) -> float:
    try:
        amount = float(said)
    except ValueError:
        amount = 0
    if not 0 < amount <= 100_000:
        raise click.BadParameter(f"{key} {said!r} is no amount; write e.g. {key}=4")
    return amount


def _gpu(said: str) -> dict[str, Any]:
    kind, colon, count = said.partition(":")
    if colon and not (count.isdecimal() and 1 <= int(count) <= 16):
        raise click.BadParameter(f"gpu {said!r} is no kind and count; write e.g. gpu=t4 or gpu=l4:2")
    return {"gpu_kind": kind, "gpu_count": int(count) if colon else 1}


def _complete_wish(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    done, comma, last = incomplete.rpartition(",")
    said = {part.partition("=")[0] for part in done.split(",")}
    words = [key if key == "spot" else f"{key}=" for key in KEYS if key not in said and key.startswith(last)]
    return [CompletionItem(f"{done}{comma}{word}") for word in words]


@click.command()
@click.option("--cloud", callback=_cloud, shell_complete=_complete_clouds, help="Only this cloud; all by default.")
@click.option(
    "--fits",
    "wish",
    callback=_wish,
    shell_complete=_complete_wish,
    metavar="WISH",
    help="Only what has at least this; the first one would be taken.",
)
@json_option
def command(cloud: str | None, wish: Wish | None, as_json: bool) -> None:
    """Show the machines that clouds rent out, the cheapest first, and which one a wish would get.

    "For servers" is what a node has left after the cloud's own share and daemonsets: what profiles may promise.

    \b
    deployer machines --cloud gcp
    deployer machines --fits cpu=4,memory_gib=32
    deployer machines --cloud aws --fits cpu=4,memory_gib=16,gpu=t4
    deployer machines --fits cpu=16,memory_gib=64,spot --json
    """
    from components.machines.market import market
    from components.machines.offers import clouds
    from deployer.report.machines import show_market

    found = market((cloud,) if cloud else clouds(), wish)
    if not found.stands:
        raise BadInput(
            [],
            fault="; ".join(error.fault for error in found.without.values()),
            remedy="; ".join(f"{name}: {error.remedy}" for name, error in found.without.items()),
        )
    show_market(found, as_json=as_json)
