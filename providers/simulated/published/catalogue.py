"""Machine types, which most API models leave open: those of the project's own catalogue, where its place is told."""

from __future__ import annotations

import os
from pathlib import Path

from providers.simulated.kinds import read_yaml
from providers.simulated.published.models import Bounds, Node


class MachineTypes:
    """From <HUBS_SIMULATED_MACHINE_TYPES>/<cloud>/machine_types.yaml, the keys of `machine_types`."""

    def __init__(self, module: str) -> None:
        folder = os.environ.get("HUBS_SIMULATED_MACHINE_TYPES")
        self._path = Path(folder) / module.removesuffix("_native") / "machine_types.yaml" if folder else None

    def child(self, name: str) -> Node | None:  # noqa: ARG002
        return None

    def item(self) -> Node | None:
        return self

    def bounds(self) -> Bounds:
        if self._path is None:
            return Bounds()
        return Bounds(choices=tuple(read_yaml(self._path)["machine_types"]))
