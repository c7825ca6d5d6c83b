"""Dask clusters of a hub that has no Dask Gateway any more: nobody else is left to end them."""

from __future__ import annotations

import shutil
from pathlib import Path

from providers.local.runtime.leases import Leases
from providers.local.runtime.processes import end

GRACE_SECONDS = 5


def end_clusters(folder: Path) -> int:
    """End the processes of all clusters, and forget what the gateway knew; how many processes there were."""
    leases = Leases(folder.parents[1] / "leases")
    held = [lease for lease in leases.held(folder.name) if lease.server.startswith("dask ")]
    for lease in held:
        end(lease.process, grace_seconds=GRACE_SECONDS)
        if lease.group:
            lease.group.end()
        leases.drop(lease.name)
    shutil.rmtree(folder / "dask", ignore_errors=True)
    return len(held)
