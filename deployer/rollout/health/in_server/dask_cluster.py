"""Starts a Dask cluster, lets one worker compute, and stops it, by Dask Gateway's own client."""

from __future__ import annotations

from typing import Any, Dict  # noqa: UP035

from dask_gateway import Gateway

found: Dict[str, Any] = {}  # noqa: UP006
"""What the next cell goes on with."""
STATES = ["pending", "running", "stopping", "stopped", "failed"]


def ask_for_cluster() -> str:
    """Its name."""
    found["gateway"] = Gateway()
    found["name"] = found["gateway"].submit()
    return str(found["name"])


def state() -> str:
    """Of the cluster: pending, running …; "gone" once nobody knows it."""
    reports = found["gateway"].list_clusters(status=STATES)
    return next((report.status.name.lower() for report in reports if report.name == found["name"]), "gone")


def ask_for_worker() -> None:
    """One of the smallest size, which is what nobody chooses."""
    found["cluster"] = found["gateway"].connect(found["name"])
    found["client"] = found["cluster"].get_client()
    found["cluster"].scale(1)


def workers() -> int:
    """How many there are."""
    return len(found["client"].scheduler_info(n_workers=-1)["workers"])


def multiplied(one: int, other: int) -> int:
    """Their product, from the worker: this process never multiplies."""
    return int(found["client"].submit(lambda left, right: left * right, one, other, pure=False).result(timeout=60))


def stop_cluster() -> None:
    """Whatever became of it."""
    if "name" in found:
        found["gateway"].stop_cluster(found["name"])
    for held in ("client", "cluster"):
        if held in found:
            found[held].close()
