"""Copies charts to where a place without internet can have them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from components.charts import OCI
from deployer.charts.archive import fetched, require_digest
from deployer.charts.helm import FindHelm, push
from deployer.charts.update import chart_named


def mirror(names: Sequence[str], destination: str, find_helm: FindHelm, *, tell: Callable[[str, str], None]) -> None:
    """Copy the named charts, as they are locked, to a registry (oci://…) or a folder; those that are there stay.

    `tell` hears the name of each and what became of it. Raises BadInput, EngineFailed, GateFailed for a chart that is
    not what the lock file says: such a one is never passed on.
    """
    for name in names:
        chart = chart_named(name)
        archive = fetched(chart, find_helm)
        require_digest(name, chart, archive, chart.digest)
        if destination.startswith(OCI):
            push(find_helm, archive, destination)
            tell(name, f"{destination}/{chart.chart}:{chart.version}")
            continue
        folder = Path(destination).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{chart.archive}"
        shutil.copyfile(archive, draft)
        tell(name, str(draft.replace(folder / chart.archive)))
