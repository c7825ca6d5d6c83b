"""What stood before a change, brought up in a simulated world that nobody else has and that is gone afterwards.

Its programs run by the code that was there then, in a process of their own. The stand-ins are asked without the engine,
whose part here would be to write down what they tell: that takes a tenth of the time, and the state is the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from deployer import toolchain
from deployer.affected.sides import CODE, RENDERER, code_of
from deployer.errors import EngineFailed
from deployer.project import Project
from deployer.rollout.engine.settings import EngineSettings, simulated_settings
from deployer.rollout.target import Target

ALONE = (Path(__file__).parent, RENDERER)
"""On the path last: of these only the packages `world` and `rendering` are used, whichever revision's code runs."""
PACKAGES = ("components", "deployer", "providers", "schemas", "stacks")
"""Of the project's code."""
PASSPHRASE = "of nothing"  # noqa: S105 - of a state that is gone with the run


@dataclass(frozen=True, kw_only=True)
class WorldTarget(Target):
    """A community or a cluster in that world."""

    settings_of_world: EngineSettings

    @cached_property
    def settings(self) -> EngineSettings:
        return self.settings_of_world


@dataclass(kw_only=True)
class BaseWorld:
    """A world being brought up, or that stands."""

    settings: EngineSettings
    process: subprocess.Popen[bytes] | None
    log: Path
    failures: Mapping[str, str] = field(default_factory=dict)
    """Stacks that could not be brought up, each with the reason."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Of clusters, by stack."""
    guarded: frozenset[str] = frozenset()
    """URNs of what a deploy refuses to delete or replace."""

    def target(self, project: Project, name: str, *, alone: bool = False) -> WorldTarget:
        return WorldTarget(project=project, name=name, alone=alone, simulated=True, settings_of_world=self.settings)

    def wait(self) -> None:
        """Until it stands. Raises EngineFailed where the code of the base cannot bring anything up."""
        if self.process is None:
            return
        if self.process.wait():
            words = self.log.read_text(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
            raise EngineFailed(
                f"what stood before cannot be brought up by the code of then: {words}",
                left="nothing was changed",
                remedy="choose a newer --base",
            )
        told = json.loads((self._folder / "told.json").read_text())
        self.failures, self.facts, self.process = told["failures"], told["facts"], None
        self.guarded = frozenset(told["guarded"])

    @property
    def _folder(self) -> Path:
        folder = self.settings.folder
        assert folder is not None  # it was made in one
        return folder


@contextmanager
def base_world(
    base: Project,
    head: Project,
    clusters: Collection[str],
    communities: Collection[str],
    *,
    tools: Sequence[str],
) -> Iterator[BaseWorld]:
    """Begin to bring clusters and communities of `base` up as if they were `head`'s; `wait` tells when they stand.

    `tools` are what their clouds need on the PATH.
    """
    with tempfile.TemporaryDirectory(prefix="hubs-base-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        state, world = folder / "state", folder / "world"
        state.mkdir()
        (state / "passphrase").write_text(PASSPHRASE)
        settings = replace(simulated_settings(base), backend_url=f"file://{state}", world=world)
        order = {
            "root": str(base.root),
            "stands_for": _stands_for(base, head),
            "project": settings.project,
            "clusters": sorted(clusters),
            "communities": sorted(communities),
        }
        (folder / "order.json").write_text(json.dumps(order))
        process = _start(base, folder, world, tools) if clusters or communities else None
        try:
            yield BaseWorld(settings=settings, process=process, log=folder / "log")
        finally:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()


def _stands_for(base: Project, head: Project) -> list[tuple[str, str]]:
    """Folders of the base, and those that have their part now: where files and code lie is no difference."""
    code = [(base.root / package, CODE / package) for package in PACKAGES] if code_of(base) == base.root else []
    return [(str(old), str(new)) for old, new in (*code, (base.root, head.root))]


def _start(base: Project, folder: Path, world: Path, tools: Sequence[str]) -> subprocess.Popen[bytes]:
    found = toolchain.search_path(tools)
    variables = {
        "PATH": os.pathsep.join([*map(str, found), os.environ.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join(map(str, (code_of(base), *ALONE))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HUBS_SIMULATED_WORLD": str(world),
    }
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "world", str(folder / "state"), str(folder / "order.json")],
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            process_group=0,
        )
