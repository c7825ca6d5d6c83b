"""What helps against what a cluster of somebody else's says: nothing beyond what Kubernetes' own words ask for."""

from __future__ import annotations

from collections.abc import Sequence

from components.remedies import Remedy

REMEDIES: Sequence[Remedy] = ()
