"""A tool from npm, every package checked against tools/<name>/package-lock.json."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deployer.toolchain.child import run
from deployer.toolchain.finding import node_wheel
from deployer.toolchain.job import Job
from deployer.toolchain.places import offline
from deployer.toolchain.progress import Phase
from deployer.toolchain.tool import Tool, Unavailable


@dataclass(frozen=True)
class NpmInstall:
    """`npm ci` in a folder of its own."""

    module: Path
    """The folder with package.json and package-lock.json."""

    @property
    def title(self) -> str:
        return f"npm ci from tools/{self.module.name}/package-lock.json"

    def install(self, tool: Tool, folder: Path, job: Job) -> None:
        node = job.needed["node"]
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(self.module / name, folder / name)
        job.tell(Phase.INSTALLING, "with npm")
        run(
            [*_npm(node), "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            name="npm",
            job=job,
            folder=folder,
            environment=_environment(node),
        )
        # Relative, because the folder is yet to move to its place.
        (folder / "bin" / tool.name).symlink_to(Path("..", "node_modules", ".bin", tool.name))


def lock_digest(module: Path) -> str:
    """Changes whenever a dependency does: short enough for a folder's name."""
    return hashlib.sha256((module / "package-lock.json").read_bytes()).hexdigest()[:8]


def _npm(node: Path) -> list[str | Path]:
    """npm beside the chosen Node or elsewhere on PATH, else the wheel's, run by the chosen Node in any case."""
    wheel = node_wheel()
    # By its file: the wheel's own bin/npm looks for its library in the wrong place.
    of_wheel = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js" if wheel else None
    if of_wheel is not None and wheel is not None and node.is_relative_to(wheel):
        return [node, of_wheel]
    npm = shutil.which("npm", path=os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)]))
    if npm:
        return [npm]
    if of_wheel is not None and of_wheel.is_file():
        return [node, of_wheel]
    raise Unavailable(
        "there is Node but no npm",
        "install npm, or the Python package that brings one: pip install --editable '.[local]'",
    )


def _environment(node: Path) -> dict[str, str]:
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1"}
    if offline():
        environment["npm_config_offline"] = "true"
    return environment
