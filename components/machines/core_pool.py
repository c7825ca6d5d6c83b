"""The smallest core pool that holds the hubs of a cluster."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from components.machines.capacity import MIB, Capacity
from components.machines.choosing import Choice, Wish, choose
from components.machines.offers import Offer
from components.support.requests import support_need


def _pod(cpu: float, memory_mib: int, pods: int = 1) -> Capacity:
    return Capacity(millicores=round(cpu * 1000), memory_bytes=memory_mib * MIB, pods=pods)


# The chart asks for nothing ("resources: {}"), and a scheduler that knows of no need packs a node until it breaks. So
# these are asked for where values say nothing: room for a hub of some hundred people.
HUB_PODS: Mapping[str, Capacity] = {
    "hub": _pod(0.1, 512),
    "proxy.chp": _pod(0.05, 128),
    "scheduling.userScheduler": _pod(0.01, 64),
}
REPLICAS: Mapping[str, int] = {"scheduling.userScheduler": 2}
"""The chart's own, where there is more than one."""
CLOUD_PODS = _pod(0.4, 768, pods=8)
"""DNS, metrics and what else the cloud puts on the first node. Reckoned, not measured."""


def hub_need(values: Mapping[str, Any]) -> Capacity:
    """What the pods of one hub ask for that stand on the core pool, from the chart's values.

    Takes `resources.requests` where the values have them, and HUB_PODS where not.
    """
    need = Capacity(millicores=0, memory_bytes=0)
    for path, otherwise in HUB_PODS.items():
        section: Mapping[str, Any] = values
        for key in path.split("."):
            section = section.get(key) or {}
        if section.get("enabled", True):
            for _ in range(section.get("replicas") or REPLICAS.get(path, 1)):
                need = need.plus(_requests(section.get("resources") or {}, otherwise))
    return need


def core_need(values: Mapping[str, Any], *, hubs: int = 2) -> Capacity:
    """What a core pool must hold: that many hubs (staging and prod), support, and the cloud's own pods."""
    need = support_need().plus(CLOUD_PODS)
    for _ in range(hubs):
        need = need.plus(hub_need(values))
    return need


def choose_core(offer: Offer, need: Capacity) -> tuple[Choice, int]:
    """The cheapest machine that holds the need on one node, and how many of it the cloud wants there to be."""
    least = offer.catalogue.core_minimum
    return choose(offer, Wish(cpu=least.cpu, free=need)), least.nodes


def _requests(resources: Mapping[str, Any], otherwise: Capacity) -> Capacity:
    requests = resources.get("requests") or {}
    cpu, memory = requests.get("cpu"), requests.get("memory")
    return Capacity(
        millicores=otherwise.millicores if cpu is None else _millicores(cpu),
        memory_bytes=otherwise.memory_bytes if memory is None else _bytes(memory),
        pods=1,
    )


def _millicores(cpu: str | float) -> int:
    return int(cpu[:-1]) if isinstance(cpu, str) and cpu.endswith("m") else round(float(cpu) * 1000)


def _bytes(memory: str | int) -> int:
    """Kubernetes' notation: 512Mi, 1G, 1073741824."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:([KMGT])(i?))?", str(memory))
    if match is None:
        raise ValueError(f"{memory!r} is no amount of memory; write e.g. 512Mi")
    number, prefix, binary = match.groups()
    power = "KMGT".index(prefix) + 1 if prefix else 0
    return int(float(number) * (1024 if binary else 1000) ** power)
