"""The API server that a kubeconfig leads to, and what installs charts there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from providers.engine.values import Fault
from providers.simulated.kubernetes.api import Api
from providers.simulated.kubernetes.kubeconfig import Access, read_access
from providers.simulated.kubernetes.nearby import simulated_folder


@dataclass(frozen=True)
class Place:
    """A server that answers."""

    api: Api
    helm: Path | None
    """Helm's executable; None where there is none."""


def reached(access: Access, world: Path) -> Place | None:
    """None where nobody answers. Raises Fault for a simulated cluster's that was started and is dead.

    To go on without it would leave a state of which one half is on the server and the other in the world.
    """
    folder = simulated_folder(access, world)
    if folder is None:
        api = Api(access)
        return Place(api, _helm(None)) if api.answers() else None
    inside = read_access({"kubeconfig": str(folder / "kubeconfig")})
    if inside is None or not (api := Api(inside)).answers():
        raise Fault(
            f"the API server of the simulated cluster {access.context} was started and does not answer",
            f"deployer simulate up {access.context} starts it again; deployer simulate down {access.context} goes "
            "without",
        )
    return Place(api, _helm(folder / "bin" / "helm"))


def _helm(kept: Path | None) -> Path | None:
    if kept is not None and kept.exists():
        return kept
    found = shutil.which("helm")
    return Path(found) if found else None
