"""What `deployer simulate` does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deployer.errors import ToolMissing
from deployer.project import Project
from deployer.rollout.engine.settings import simulated_settings
from deployer.simulation import control_plane
from deployer.simulation.home import Home, home_of, homes

if TYPE_CHECKING:
    from deployer.rollout.engine.settings import EngineSettings
    from deployer.toolchain import Progress
    from schemas.cluster import Cluster

Tell = Callable[[str], None]


def untold(text: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """A simulated cluster's control plane."""

    name: str
    running: bool
    address: str
    """Of the API server; empty when it does not run."""
    kubeconfig: Path
    nodes: Sequence[str] = ()
    changed: bool = False
    """Whether this call started or stopped it."""


def up(project: Project, name: str, *, installing: Callable[[Progress], None], tell: Tell = untold) -> Simulated:
    """Start the cluster's control plane unless it runs, and bring its nodes in line with the file.

    Raises BadInput for a file that cannot be used, ToolMissing, DeployerError. Safe to repeat and to interrupt.
    """
    from deployer.config import load_cluster
    from deployer.simulation.nodes import bring_nodes, wanted_nodes

    cluster = load_cluster(project, name).cluster
    wanted = wanted_nodes(cluster)
    home = home_of(_world(simulated_settings(project)), name)
    tools = _tools(installing)
    with home.locked():
        there = control_plane.running(home)
        api = control_plane.api_of(home) if there else None
        if api is None:
            api = control_plane.start(home, tools, tell, cluster.network.service_cidr)
        tell(f"making {len(wanted)} nodes")
        nodes = bring_nodes(api, wanted)
    return Simulated(
        name=name,
        running=True,
        address=api.access.server,
        kubeconfig=home.kubeconfig,
        nodes=nodes,
        changed=not there,
    )


def down(project: Project, name: str, *, wipe: bool = False) -> Simulated:
    """Stop it, whatever of it still runs; what was applied is kept for the next `up`, or forgotten with `wipe`."""
    home = home_of(_world(simulated_settings(project)), name)
    was_there = home.processes.exists()
    with home.locked():
        stopped = bool(control_plane.remains(home))
        control_plane.stop(home)
        if wipe:
            control_plane.wipe(home)
    return Simulated(
        name=name,
        running=False,
        address="",
        kubeconfig=home.kubeconfig,
        changed=stopped or (wipe and was_there),
    )


def status(project: Project) -> list[Simulated]:
    """Every simulated cluster that has a control plane, running or not."""
    return [_state(home) for home in homes(_world(simulated_settings(project)))]


def prepare(settings: EngineSettings, name: str, cluster: Cluster) -> Simulated | None:
    """Before a simulated deploy: when the cluster's control plane runs, its nodes become what the file says.

    None, with nothing done, when it does not run, its nodes are its owner's, or the run is no simulated one. Raises
    DeployerError.
    """
    from components.machines.offers import clouds

    if settings.world is None or cluster.provider not in clouds():
        return None
    home = home_of(settings.world, name)
    if not home.kubeconfig.is_file():
        return None
    from deployer.simulation.nodes import bring_nodes, wanted_nodes

    with home.locked():
        api = control_plane.api_of(home)
        if api is None:
            return None
        control_plane.refuse_dead(home)
        bring_nodes(api, wanted_nodes(cluster))
    return _state(home)


def _tools(installing: Callable[[Progress], None]) -> Mapping[str, Path]:
    """All of Kubernetes' tools. Raises ToolMissing, once where the same is amiss with each."""
    from deployer import toolchain
    from deployer.toolchain.catalogue import GROUPS
    from deployer.toolchain.go_build import GET_GO

    missing = [tool.name for tool in toolchain.inventory() if tool.name in GROUPS["kubernetes"] and not tool.found]
    if missing and shutil.which("go") is None:
        raise ToolMissing(
            f"{', '.join(missing)}: not there, and no Go on PATH to build them with",
            left="nothing was changed",
            remedy=f"{GET_GO}; without an API server, a simulated deploy only checks what it makes in Kubernetes",
        )
    return toolchain.ensure(["kubernetes"], progress=installing)


def _state(home: Home) -> Simulated:
    running = control_plane.running(home)
    api = control_plane.api_of(home) if running else None
    nodes = [node["metadata"]["name"] for node in api.items("/api/v1/nodes")] if api else []
    return Simulated(
        name=home.name,
        running=running,
        address=api.access.server if api else "",
        kubeconfig=home.kubeconfig,
        nodes=sorted(nodes),
    )


def _world(settings: EngineSettings) -> Path:
    assert settings.world is not None
    return settings.world
