"""Machines of several clouds side by side, the cheapest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.machines.choosing import Choice, Wish, choose
from components.machines.machine_type import MachineType
from components.machines.names import UnavailableError
from components.machines.offers import Offer, offer


@dataclass(frozen=True)
class Stand:
    """One cloud's machines that fulfil a wish."""

    offer: Offer
    machines: tuple[MachineType, ...]
    """The cheapest first, unknown prices last."""
    choice: Choice | None
    """What the wish would get; None when there was none."""


@dataclass(frozen=True)
class Market:
    """Clouds that have something, and why the others have not."""

    stands: tuple[Stand, ...]
    without: Mapping[str, UnavailableError]


def market(clouds: Iterable[str], wish: Wish | None = None) -> Market:
    """What these clouds have, or have for a wish. Raises UnavailableError for a cloud that is none."""
    stands: list[Stand] = []
    without: dict[str, UnavailableError] = {}
    for cloud in clouds:
        offered = offer(cloud)
        try:
            stands.append(_stand(offered, wish))
        except UnavailableError as error:
            without[cloud] = error
    return Market(tuple(stands), without)


def _stand(offered: Offer, wish: Wish | None) -> Stand:
    if wish is None:
        return Stand(offered, tuple(sorted(offered.catalogue.machine_types.values(), key=_by_price)), None)
    choice = choose(offered, wish)
    return Stand(offered, choice.fitting, choice)


def _by_price(machine: MachineType) -> tuple[float, str]:
    return machine.on_demand.usd_per_hour if machine.on_demand else float("inf"), machine.name
