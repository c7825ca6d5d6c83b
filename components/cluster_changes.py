"""What a cluster that stands cannot become by an edit of its file: said before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.contract import Refusal
from schemas.cluster import Cluster

NEW_CLUSTER = "leave it as it is, or make a new cluster beside this one and move its communities there"


def change_refusals(facts: Mapping[str, Any], cluster: Cluster) -> Iterator[Refusal]:
    """Compares a Kubernetes cluster's file with the facts that its last deploy left; paths begin inside the cluster.

    Nothing of an empty mapping, as before the first deploy; of a cluster that was destroyed, what is left binds: homes.
    """
    yield from _version(facts.get("kubernetes_minor"), cluster.kubernetes_minor)
    if "homes" in facts:
        yield from _homes(facts["homes"], cluster)
    yield from _network(facts.get("network", {}), cluster)
    yield from _pools(facts.get("pools", {}), cluster)


def _version(before: str | None, now: str | None) -> Iterator[Refusal]:
    if before is None or now is None:
        return  # held nowhere before, or let go
    step = _minor(now) - _minor(before)
    path = ("kubernetes_minor",)
    if step < 0:
        fault = f"Kubernetes cannot go back from {before} to {now}"
        yield Refusal(path=path, fault=fault, remedy=f"write {before!r}, or a later one")
    if step > 1:
        fault = f"Kubernetes goes up one minor version at a time, and {before} runs"
        yield Refusal(path=path, fault=fault, remedy=f"write '1.{_minor(before) + 1}'")


def _homes(before: Mapping[str, Any], cluster: Cluster) -> Iterator[Refusal]:
    now = cluster.home_storage
    if now.kind != before["kind"]:
        yield Refusal(
            path=("home_storage", "kind"),
            fault=f"people's files are on {before['kind']}, and would not move to {now.kind} by themselves",
            remedy=NEW_CLUSTER,
        )
    elif now.size_gib < before["size_gib"]:
        yield Refusal(
            path=("home_storage", "size_gib"),
            fault=f"homes have {before['size_gib']:g} GiB, and no disk shrinks",
            remedy=f"write at least {before['size_gib']:g}",
        )


def _network(before: Mapping[str, str], cluster: Cluster) -> Iterator[Refusal]:
    for field, had in before.items():
        now = getattr(cluster.network, field)
        if now != had:
            yield Refusal(
                path=("network", field),
                fault=f"nodes and pods have their addresses from {had}: another range would be another cluster",
                remedy=NEW_CLUSTER,
            )


def _pools(before: Mapping[str, Any], cluster: Cluster) -> Iterator[Refusal]:
    gone = sorted(name for name in before if name not in cluster.node_pools and before[name]["role"] == "user")
    come = sorted(name for name in cluster.node_pools if name not in before)
    for name in come if gone else ():
        yield Refusal(
            path=("node_pools", name),
            fault=f"{name!r} comes and {_listed(gone)} would go in one step, with all servers that run there",
            remedy=f"keep {_listed(gone)} beside it, move the profiles, and remove it when nobody is on it",
        )


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)
