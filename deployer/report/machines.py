"""Machines of the clouds for people and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.machines.machine_type import MachineType, Price
from components.machines.market import Market, Stand
from components.machines.offers import Offer
from deployer.report.columns import aligned
from deployer.report.console import errors, output, print_json

HEADINGS = ("machine type", "cores", "GiB", "GPU", "allocatable", "for servers", "$/h", "$/h spot", "note")


def show_market(market: Market, *, as_json: bool) -> None:
    """A table for each cloud, with where its figures come from and what a wish would get."""
    if as_json:
        print_json({stand.offer.cloud: stand_data(stand) for stand in market.stands})
        return
    for position, stand in enumerate(market.stands):
        if position:
            output().print()
        _show(stand)
    for cloud, error in market.without.items():
        errors().print(f"{cloud}: {error}", markup=False, style="yellow")


def _show(stand: Stand) -> None:
    catalogue = stand.offer.catalogue
    output().print(f"{stand.offer.cloud}, prices of {catalogue.region} in USD", markup=False, style="bold")
    rows = [HEADINGS, *(_row(stand.offer, machine) for machine in stand.machines)]
    for number, line in enumerate(aligned(rows, right=(1, 2, 4, 5, 6, 7))):
        output().print(line, markup=False, style="dim" if number == 0 else "")
    if stand.choice:
        output().print(stand.choice.reason, markup=False, style="green")
    output().print(f"on demand: {catalogue.on_demand_from}", markup=False, style="dim")
    output().print(f"spot: {catalogue.spot_from}", markup=False, style="dim")


def _row(offer: Offer, machine: MachineType) -> Sequence[str]:
    allocatable, free = offer.allocatable(machine), offer.free(machine)
    notes = [*(f"needs {need}" for need in machine.needs), *([machine.note] if machine.note else [])]
    return (
        machine.name,
        str(machine.cpu),
        f"{machine.memory_gib:g}",
        str(machine.gpu or "-"),
        f"{allocatable.cpu:.2f}/{allocatable.memory_gib:.1f}",
        f"{free.cpu:.2f}/{free.memory_gib:.1f}",
        str(machine.on_demand or "unknown"),
        str(machine.spot or "unknown"),
        "; ".join([machine.arch] * (machine.arch != "amd64") + notes),
    )


def stand_data(stand: Stand) -> dict[str, Any]:
    """One cloud's machines for other programs."""
    return {
        "choice": stand.choice.data() if stand.choice else None,
        "machine_types": [machine_data(stand.offer, machine) for machine in stand.machines],
    }


def machine_data(offer: Offer, machine: MachineType) -> dict[str, Any]:
    """A machine type for other programs."""
    allocatable, free = offer.allocatable(machine), offer.free(machine)
    return {
        "name": machine.name,
        "cpu": machine.cpu,
        "memory_gib": machine.memory_gib,
        "gpu": machine.gpu.model_dump() if machine.gpu else None,
        "arch": machine.arch,
        "allocatable": {"cpu": allocatable.cpu, "memory_gib": allocatable.memory_gib, "pods": allocatable.pods},
        "for_servers": {"cpu": free.cpu, "memory_gib": free.memory_gib, "pods": free.pods},
        "on_demand": _price_data(offer, machine.on_demand, spot=False),
        "spot": _price_data(offer, machine.spot, spot=True),
        "needs": list(machine.needs),
        "note": machine.note,
    }


def _price_data(offer: Offer, price: Price | None, *, spot: bool) -> Mapping[str, Any]:
    source = offer.catalogue.price_source(spot=spot)
    return {
        "usd_per_hour": price.usd_per_hour if price else None,
        "lowest_usd_per_hour": price.low if price else None,
        "source": source.title,
        "date": str(source.date),
        "region": source.region,
    }
