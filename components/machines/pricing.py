"""What a cluster costs while nobody computes, and what an hour of computing costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from components.machines.capacity import Capacity
from components.machines.machine_type import MachineType
from components.machines.offers import Offer
from components.machines.rates import HOURS_PER_MONTH, Part


@dataclass(frozen=True)
class Kept:
    """Nodes of a pool that stay even when idle."""

    pool: str
    machine: MachineType
    nodes: int
    disk_gib: int
    spot: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a cluster keeps running day and night, in terms no cloud owns."""

    core: MachineType
    core_nodes: int = 1
    core_disk_gib: int = 100
    kept: tuple[Kept, ...] = ()
    """Besides the core."""
    homes_kind: Literal["disk-nfs", "managed-nfs"] = "disk-nfs"
    homes_gib: int = 100
    measurements_gib: int = 0
    """The disk of Prometheus."""
    nat: bool = True
    """Nodes without public addresses."""
    egress_addresses: int = 1


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
    rates = offer.rates
    core = Kept("core", standing.core, standing.core_nodes, standing.core_disk_gib)
    return Month(
        (
            *_lines(offer, "control plane", rates.control_plane),
            _nodes(offer, "core nodes", core),
            *(_nodes(offer, f"nodes kept in {kept.pool}", kept) for kept in standing.kept),
            *(line for kept in (core, *standing.kept) for line in _system_disks(offer, kept)),
            *_lines(offer, "homes", rates.homes[standing.homes_kind], gib=standing.homes_gib),
            *_measurements(offer, standing.measurements_gib),
            *_nat(offer, standing),
            *_lines(offer, "load balancer", rates.load_balancer),
            *_lines(offer, "registry", rates.registry),
        )
    )


def _nodes(offer: Offer, item: str, kept: Kept) -> Line:
    price = (kept.machine.spot if kept.spot else None) or kept.machine.on_demand
    usd = price.usd_per_hour * HOURS_PER_MONTH * kept.nodes if price else None
    spot = kept.spot and kept.machine.spot is not None
    what = f"{kept.nodes} x {kept.machine.name}" + (" spot" if spot else "")
    return Line(item, what, usd, str(offer.catalogue.price_source(spot=spot)))


def _system_disks(offer: Offer, kept: Kept) -> Iterator[Line]:
    return _lines(offer, "system disks", offer.rates.system_disk, gib=kept.disk_gib, disks=kept.nodes)


def _measurements(offer: Offer, gib: int) -> Iterator[Line]:
    # A disk of the same kind as that of home directories.
    return _lines(offer, "measurements", offer.rates.homes["disk-nfs"], gib=gib) if gib else iter(())


def _nat(offer: Offer, standing: Standing) -> Iterator[Line]:
    if not standing.nat:
        return
    yield from _lines(offer, "NAT", offer.rates.nat)
    if standing.egress_addresses > 1:
        yield Line("NAT", f"{standing.egress_addresses - 1} more fixed addresses", None, "")


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
