"""Which API servers a simulation may talk to: those of simulated clusters, and any on this machine.

Never another one: whoever asks for a simulation of a cluster that is at work must not find it changed.
"""

from __future__ import annotations

from pathlib import Path

from providers.simulated.kubernetes.kubeconfig import Access

CLUSTERS = "kubernetes"


def simulated_folder(access: Access, world: Path) -> Path | None:
    """Where the control plane of the simulated cluster keeps its kubeconfig, while it is started."""
    plain = Path(access.context).name == access.context
    folder = world / CLUSTERS / access.context
    return folder if plain and (folder / "kubeconfig").is_file() else None


def may_be_reached(access: Access, world: Path) -> bool:
    """Cheap: asks nobody."""
    return simulated_folder(access, world) is not None or (access.local and not access.by_program)
