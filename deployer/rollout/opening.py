"""Opens the engine: its tools in place, its plugins on the path, its state at hand, somebody to sign in as."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from components.clouds import cloud
from deployer import toolchain
from deployer.errors import BadInput
from deployer.rollout.installed import require_installed
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Listener, StepDone, StepStarted, ToolProgress
from deployer.rollout.target import Target
from providers.cache_folder import cache_folder

if TYPE_CHECKING:
    from deployer.rollout.engine.engine import Engine
    from deployer.secrets.community import CommunitySecrets

ENGINE = "pulumi"


def open_engine(
    target: Target,
    *,
    provider: str | None = None,
    tools: Sequence[str] = (),
    interruption: Interruption,
    listen: Listener,
) -> Engine:
    """The engine on the target's state, and further tools that a deploy needs; what is missing is installed.

    `provider` is the cloud that will be asked; none for what only the state tells.

    Raises BadInput when nobody is signed in to the cloud, ToolMissing, DeployerError when Pulumi.yaml is of no use.
    """
    if provider is not None:
        require_installed(cloud(provider))
        if not target.simulated:
            require_credentials(provider)
    began = time.monotonic()
    names = [ENGINE, *tools]
    listen(StepStarted(step="tools"))
    executables = toolchain.ensure(names, progress=partial(_tell, listen))
    listen(StepDone(step="tools", seconds=time.monotonic() - began))
    from deployer.rollout.engine.engine import Engine

    return Engine(
        target.settings,
        executable=executables[ENGINE],
        home=cache_folder() / "engine",
        search_path=toolchain.search_path(names),
        interruption=interruption,
        listen=listen,
        unlock=f"deployer unlock {target}",
        remedy=cloud(provider).remedy if provider else None,
        identity=cloud(provider).identity if provider else None,
    )


def begin_to_open(secrets: CommunitySecrets, listen: Listener) -> None:
    """Open a community's secrets beside other work; what comes of it is told where they are needed."""
    secrets.begin(partial(_tell, listen))


def require_credentials(provider: str, environment: Mapping[str, str] = os.environ) -> None:
    """See that there is somebody to sign in as; raises BadInput where the cloud would only say so half-way."""
    there = cloud(provider)
    missing = there.missing_credentials(environment)
    if missing is not None:
        raise BadInput([], fault=f"nobody is signed in to {there.title}: {missing.fault}", remedy=missing.remedy)


def _tell(listen: Listener, progress: toolchain.Progress) -> None:
    text = f"{progress.phase.value} {progress.detail}".strip()
    listen(ToolProgress(tool=progress.tool, text=text))
