"""The hub's own database of people and servers: a file on a disk of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues
from components.hub.values.told import Told

if TYPE_CHECKING:
    from schemas.community import Deployment


def values(deployment: Deployment, told: Told) -> ChartValues:
    """A newer JupyterHub brings its database along, after it has copied the old one beside it on the disk.

    jupyterhub/dbutil.py at 5.5.0: `upgrade_if_needed` copies an SQLite file before it migrates, and only then.
    """
    # A first release that fails is taken away again, and one may be replaced: who people are is not Helm's to delete.
    disk = {"storage": f"{deployment.hub.database_size_gib}Gi", "annotations": {"helm.sh/resource-policy": "keep"}}
    return {"jupyterhub": {"hub": {"db": {"type": "sqlite-pvc", "upgrade": True, "pvc": disk}}}}
