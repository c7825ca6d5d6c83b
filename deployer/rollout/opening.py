"""Opens the engine for a community: its tools in place, its plugins on the path, its state at hand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from deployer import toolchain
from deployer.project import Project
from deployer.rollout.engine.settings import EngineSettings, read_settings
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Listener, StepDone, StepStarted, ToolProgress
from providers.cache_folder import cache_folder

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine

ENGINE = "pulumi"


def open_engine(
    project: Project,
    community: str,
    *,
    tools: Sequence[str] = (),
    settings: EngineSettings | None = None,
    interruption: Interruption,
    listen: Listener,
) -> Engine:
    """The engine on the project's state, and further tools that a deploy needs; what is missing is installed.

    `settings` are for another state than the project's own.

    Raises ToolMissing, or DeployerError when Pulumi.yaml cannot be used.
    """
    settings = settings or read_settings(project)
    began = time.monotonic()
    names = [ENGINE, *tools]
    listen(StepStarted(step="tools"))
    executables = toolchain.ensure(names, progress=partial(_tell, listen))
    listen(StepDone(step="tools", seconds=time.monotonic() - began))
    from deployer.rollout.engine.engine import Engine

    return Engine(
        settings,
        executable=executables[ENGINE],
        home=cache_folder() / "engine",
        search_path=toolchain.search_path(names),
        interruption=interruption,
        listen=listen,
        unlock=f"deployer unlock {community}",
    )


def _tell(listen: Listener, progress: toolchain.Progress) -> None:
    text = f"{progress.phase.value} {progress.detail}".strip()
    listen(ToolProgress(tool=progress.tool, text=text))
