"""Which machine type a neutral wish means on a cloud, and why that one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.machines.capacity import Capacity
from components.machines.machine_type import Arch, MachineType, Price
from components.machines.names import UnavailableError, unknown
from components.machines.offers import Offer
from schemas.node_pool import NodePool


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a node must have at least, in terms no cloud owns; cores and GiB are nominal, as on the price list."""

    cpu: float = 0
    memory_gib: float = 0
    gpu_kind: str | None = None
    gpu_count: int = 1
    spot: bool = False
    machine_type: str | None = None
    """An exact type instead; the rest of the wish must fit it nevertheless."""
    arch: Arch = "amd64"
    free: Capacity | None = None
    """What must be left for pods after the cloud's own share and daemonsets; None asks nothing."""

    @classmethod
    def of_pool(cls, pool: NodePool) -> Wish:
        """What a node pool of a community file asks for."""
        return cls(
            cpu=pool.cpu,
            memory_gib=pool.memory_gib,
            gpu_kind=pool.gpu.kind if pool.gpu else None,
            gpu_count=pool.gpu.count if pool.gpu else 1,
            spot=pool.spot,
            machine_type=pool.machine_type,
        )

    def __str__(self) -> str:
        parts = [f"{self.cpu:g} cores" if self.cpu else "", f"{self.memory_gib:g} GiB" if self.memory_gib else ""]
        if self.gpu_kind:
            parts.append(f"{self.gpu_count} {self.gpu_kind} GPU" + ("s" if self.gpu_count > 1 else ""))
        if self.free:
            parts.append(f"room for pods of {self.free.cpu:g} cores and {self.free.memory_gib:.1f} GiB")
        if self.arch != "amd64":
            parts.append(self.arch)
        return " and ".join(part for part in parts if part) or "anything"


@dataclass(frozen=True)
class Choice:
    """A machine type and why it was taken."""

    cloud: str
    machine: MachineType
    wish: Wish
    fitting: tuple[MachineType, ...]
    """All that fit, best first; where the wish names one, that one and then what it would have been without."""

    @property
    def price(self) -> Price | None:
        """What was reckoned with: the spot price where asked for and known, else the on-demand price."""
        return _reckoned(self.machine, self.wish)

    @property
    def spot_price_missing(self) -> bool:
        """True when spot was asked for and the on-demand price had to do."""
        return self.wish.spot and self.machine.spot is None

    @property
    def runner_up(self) -> MachineType | None:
        """What would be taken if this one were not there."""
        return next((machine for machine in self.fitting if machine != self.machine), None)

    @property
    def of_unknown_price(self) -> tuple[MachineType, ...]:
        """Others that fit and may be cheaper: nobody knows."""
        others = (machine for machine in self.fitting if machine != self.machine)
        return tuple(machine for machine in others if _reckoned(machine, self.wish) is None)

    @property
    def reason(self) -> str:
        """One line for people: "cheapest of 4 that have 4 cores and 32 GiB: r5.xlarge 0.252 $/h; next is …"."""
        caveats = [self.machine.note] if self.machine.note else []
        if self.spot_price_missing:
            caveats.insert(0, "its spot price is unknown, on-demand reckoned with")
        chosen = f"{self._why()}: {self._priced(self.machine)}" + (f" ({'; '.join(caveats)})" if caveats else "")
        others = [f"next is {self._priced(self.runner_up)}"] if self.runner_up and not self.wish.machine_type else []
        if self.wish.machine_type and self.runner_up:
            others.append(f"the cheapest that has {self.wish} would be {self._priced(self.runner_up)}")
        unknown_prices = [machine.name for machine in self.of_unknown_price if machine != self.runner_up]
        if unknown_prices:
            others.append(f"of unknown price, so last: {', '.join(unknown_prices)}")
        return "; ".join([chosen, *others])

    def _priced(self, machine: MachineType) -> str:
        price = _reckoned(machine, self.wish)
        spot = " spot" if self.wish.spot and machine.spot else ""
        return f"{machine.name} {price} $/h{spot}" if price else f"{machine.name}, price unknown"

    def _why(self) -> str:
        if self.wish.machine_type:
            return "asked for by name"
        if len(self.fitting) == 1:
            return f"the only one that has {self.wish}"
        return f"cheapest of {len(self.fitting)} that have {self.wish}"

    def data(self) -> Mapping[str, Any]:
        """The same for programs."""
        return {
            "cloud": self.cloud,
            "machine_type": self.machine.name,
            "usd_per_hour": self.price.usd_per_hour if self.price else None,
            "spot": self.wish.spot,
            "spot_price_missing": self.spot_price_missing,
            "by_name": self.wish.machine_type is not None,
            "fitting": [machine.name for machine in self.fitting],
            "runner_up": self.runner_up.name if self.runner_up else None,
            "of_unknown_price": [machine.name for machine in self.of_unknown_price],
            "reason": self.reason,
        }


def choose(offer: Offer, wish: Wish) -> Choice:
    """The cheapest machine type that fulfils the wish; the same one every time.

    Equal prices: fewer GPUs, then less memory, fewer cores, then the name. Unknown prices come last.
    Raises UnavailableError, with what the cloud has instead.
    """
    if wish.machine_type is not None:
        return _by_name(offer, wish, wish.machine_type)
    _known_gpu(offer, wish)
    fitting = _fitting(offer, wish)
    if not fitting:
        raise UnavailableError(f"no machine type of {offer.cloud} has {wish}", _instead(offer, wish))
    return Choice(offer.cloud, fitting[0], wish, fitting)


def _fitting(offer: Offer, wish: Wish) -> tuple[MachineType, ...]:
    machines = offer.catalogue.machine_types.values()
    return tuple(
        sorted((machine for machine in machines if not _lacks(offer, machine, wish)), key=lambda m: _rank(m, wish))
    )


def _by_name(offer: Offer, wish: Wish, name: str) -> Choice:
    machine = offer.machine(name)
    _known_gpu(offer, wish)
    lacks = [lack for lack in _lacks(offer, machine, wish, any_arch=True) if lack != "no wish for its GPU"]
    if lacks:
        raise UnavailableError(
            f"{name} has {', '.join(lacks)}, but {wish} are asked for",
            "lower the figures or name a larger machine_type",
        )
    # A GPU that only the name asks for has nothing to be compared with.
    cheapest = () if machine.gpu and wish.gpu_kind is None else _fitting(offer, wish)[:1]
    return Choice(offer.cloud, machine, wish, tuple(dict.fromkeys((machine, *cheapest))))


def _lacks(offer: Offer, machine: MachineType, wish: Wish, *, any_arch: bool = False) -> list[str]:
    """What keeps a machine from fulfilling the wish, in words; empty when nothing does."""
    gpu = machine.gpu
    there = gpu.count if gpu and gpu.kind == wish.gpu_kind else 0
    lacks = {
        f"{machine.cpu} cores": machine.cpu < wish.cpu,
        f"{machine.memory_gib:g} GiB": machine.memory_gib < wish.memory_gib,
        f"{gpu or 'no GPU'}": wish.gpu_kind is not None and there < wish.gpu_count,
        "no wish for its GPU": wish.gpu_kind is None and gpu is not None,
        f"{machine.arch} processors": machine.arch != wish.arch and not any_arch,
    }
    if wish.free is not None:
        lacks["too little room for those pods"] = not offer.free(machine).holds(wish.free)
    return [lack for lack, is_so in lacks.items() if is_so]


def _reckoned(machine: MachineType, wish: Wish) -> Price | None:
    # On-demand is what a spot node costs at most, so an unknown spot price never makes a machine look cheap.
    return (machine.spot if wish.spot else None) or machine.on_demand


def _rank(machine: MachineType, wish: Wish) -> tuple[float, int, float, int, str]:
    price = _reckoned(machine, wish)
    money = price.usd_per_hour if price else float("inf")
    return money, machine.gpu.count if machine.gpu else 0, machine.memory_gib, machine.cpu, machine.name


def _known_gpu(offer: Offer, wish: Wish) -> None:
    kinds = offer.catalogue.gpu_kinds
    if wish.gpu_kind is not None and wish.gpu_kind not in kinds:
        raise unknown(wish.gpu_kind, kinds, what=f"kind of GPU on {offer.cloud}", kind="kinds there")


def _instead(offer: Offer, wish: Wish) -> str:
    """The largest that comes near, so that nobody has to guess."""
    alike = [
        machine
        for machine in offer.catalogue.machine_types.values()
        if machine.arch == wish.arch and (machine.gpu.kind if machine.gpu else None) == wish.gpu_kind
    ]
    if not alike:
        return "ask for another processor architecture"
    most = max(alike, key=lambda machine: (machine.gpu.count if machine.gpu else 0, machine.memory_gib, machine.cpu))
    with_gpu = f", {most.gpu}" if most.gpu else ""
    return f"the largest is {most.name}: {most.cpu} cores, {most.memory_gib:g} GiB{with_gpu}"
