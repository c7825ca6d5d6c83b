"""What a cluster costs while nobody computes, and what an hour of computing costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.machines.capacity import Capacity
from components.machines.machine_type import MachineType
from components.machines.offers import Offer
from components.machines.rates import HOURS_PER_MONTH, Part


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a cluster keeps running day and night, in terms no cloud owns."""

    core: MachineType
    core_nodes: int = 1
    core_disk_gib: int = 100
    homes_gib: int = 100
    nat: bool = True
    """Nodes without public addresses."""


@dataclass(frozen=True)
class Line:
    """One item of a month's bill; `usd` is None when a price of it is unknown."""

    item: str
    what: str
    usd: float | None
    source: str


@dataclass(frozen=True)
class Month:
    """A month of 730 hours."""

    lines: tuple[Line, ...]

    @property
    def usd(self) -> float:
        """The sum of what is known."""
        return sum(line.usd for line in self.lines if line.usd is not None)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Items that come on top, nobody knows how much."""
        return tuple(line.item for line in self.lines if line.usd is None)

    def of(self, item: str) -> float | None:
        """One item's sum."""
        parts = [line.usd for line in self.lines if line.item == item]
        return None if None in parts else sum(part for part in parts if part is not None)


@dataclass(frozen=True)
class Hour:
    """An hour of one server, in USD; None when the machine's price is unknown."""

    per_node: int
    """Servers of this size that a node carries."""
    full: float | None
    """Its share when the node is full of such servers."""
    alone: float | None
    """What it costs to be the node's only server."""
    spot_price_missing: bool = False


def idle_month(offer: Offer, standing: Standing) -> Month:
    """The always-on month of a cluster."""
    rates, nodes = offer.rates, standing.core_nodes
    price = standing.core.on_demand
    core = Line(
        "core nodes",
        f"{nodes} x {standing.core.name}",
        price.usd_per_hour * HOURS_PER_MONTH * nodes if price else None,
        str(offer.catalogue.on_demand_from),
    )
    return Month(
        (
            *_lines(offer, "control plane", rates.control_plane),
            core,
            *_lines(offer, "system disks", rates.system_disk, gib=standing.core_disk_gib, disks=nodes),
            *_lines(offer, "homes", rates.homes, gib=standing.homes_gib),
            *_lines(offer, "NAT", rates.nat if standing.nat else ()),
            *_lines(offer, "load balancer", rates.load_balancer),
            *_lines(offer, "registry", rates.registry),
        )
    )


def server_hour(
    offer: Offer, machine: MachineType, guarantee: Capacity, *, spot: bool = False, disk_gib: int = 0
) -> Hour:
    """What an hour of a server costs that is promised so much, its share of the node's system disk included."""
    per_node = offer.free(machine).times(guarantee)
    price = (machine.spot if spot else None) or machine.on_demand
    disk = Month(tuple(_lines(offer, "disk", offer.rates.system_disk, gib=disk_gib) if disk_gib else ()))
    if price is None or disk.unknown:
        return Hour(per_node, None, None)
    node = price.usd_per_hour + disk.usd / HOURS_PER_MONTH
    return Hour(per_node, node / per_node if per_node else None, node, spot and machine.spot is None)


def _lines(offer: Offer, item: str, parts: tuple[Part, ...], *, gib: int = 0, disks: int = 1) -> Iterator[Line]:
    """What an item costs a month; `gib` is the size of one disk."""
    by_size = [part for part in parts if part.per == "disk-month"]
    if by_size and not any(part.above_gib < gib <= part.up_to_gib for part in by_size):
        yield Line(item, f"a disk of {gib} GiB", None, "")
    for part in parts:
        if part.per == "disk-month" and not part.above_gib < gib <= part.up_to_gib:
            continue
        times = {"month": 1, "gib-month": gib * disks, "disk-month": disks}[part.per]
        yield Line(
            item, part.what, None if part.usd is None else part.usd * times, str(offer.rates.sources[part.source])
        )
