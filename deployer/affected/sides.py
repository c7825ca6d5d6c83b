"""Both sides rendered, each by its own code, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployer.affected.rendering.fleet import Side
from deployer.affected.shaping import pulumi_project
from deployer.project import Project

RENDERER = Path(__file__).parent
"""On the path last: of it only the package `rendering` is used, whichever revision's code is rendered."""
CODE = Path(__file__).parents[2]
"""Where the code lies that runs."""


class TooOldError(Exception):
    """A revision's code cannot be rendered; the words tell why."""


@dataclass(frozen=True)
class Sides:
    """What both sides resolve to and register."""

    before: Side
    after: Side


def both(base: Project, head: Project) -> Sides:
    """Render all stacks of both checkouts. Raises TooOldError where a side's code cannot be."""
    with tempfile.TemporaryDirectory(prefix="hubs-affected-") as folder:
        before, after = (_Run(project, Path(folder) / f"{name}.json") for name, project in (("b", base), ("h", head)))
        try:
            return Sides(before.result(), after.result())
        finally:
            before.end()
            after.end()


def inputs_by_own_code(project: Project) -> dict[str, Any]:
    """Stack of a hub -> what it resolves to by the checkout's own code. Raises TooOldError where that cannot be run."""
    with tempfile.TemporaryDirectory(prefix="hubs-affected-") as folder:
        run = _Run(project, Path(folder) / "inputs.json", "inputs")
        try:
            return run.result().inputs
        finally:
            run.end()


def code_of(project: Project) -> Path:
    """Where the code is that a checkout is meant for; one without code, as of a fork with files alone, has ours."""
    return project.root if (project.root / "deployer").is_dir() else CODE


class _Run:
    """One side's process."""

    def __init__(self, project: Project, file: Path, *more: str) -> None:
        path = os.pathsep.join((str(code_of(project)), str(RENDERER)))
        self._file = file
        self._errors = file.with_suffix(".log").open("w+")
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "rendering",
                str(project.root),
                pulumi_project(project.root),
                str(file),
                *more,
            ],
            cwd=project.root,
            env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def result(self) -> Side:
        if self._process.wait() == 0 and self._file.exists():
            return Side(**json.loads(self._file.read_text()))
        self._errors.seek(0)
        last = self._errors.read().strip().rpartition("\n")[2]
        # Only the kind of error: its words may quote what somebody wrote.
        raise TooOldError(last.partition(":")[0] or f"exit code {self._process.returncode}")

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._errors.close()
