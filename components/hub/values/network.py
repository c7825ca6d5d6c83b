"""(being written) network"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues
from components.hub.values.told import Told

if TYPE_CHECKING:
    from schemas.community import Deployment


def values(deployment: Deployment, told: Told) -> ChartValues:
    """."""
    return {}
