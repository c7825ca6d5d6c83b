"""A tool built from its pinned Go module: tools/<module>/go.mod, every dependency checked against go.sum."""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from deployer.toolchain.child import run
from deployer.toolchain.job import Job
from deployer.toolchain.own_folder import alone
from deployer.toolchain.places import offline, tools_folder
from deployer.toolchain.progress import Phase
from deployer.toolchain.tool import Tool, Unavailable

GET_GO = "install Go 1.21 or newer (https://go.dev/dl, `brew install go`, or your system's packages)"
TELL_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class GoBuild:
    """`go build` of one package of the module."""

    module: Path
    """The folder with go.mod and go.sum."""
    package: str
    version_variable: str
    """The Go variable that holds the version which the executable tells of itself."""

    @property
    def title(self) -> str:
        return f"build from tools/{self.module.name}/go.mod"

    def install(self, tool: Tool, folder: Path, job: Job) -> None:
        compiler = _compiler(folder, job)
        # Tools of one module share most packages: side by side they would compile each of them twice.
        with alone(tools_folder() / f".{self.module.name}.lock", job):
            self._build(compiler, tool, folder, job)

    def _build(self, compiler: str, tool: Tool, folder: Path, job: Job) -> None:
        work = folder / "work"
        work.mkdir()
        heard = _Heard(job)
        job.tell(Phase.BUILDING, "a few minutes the first time")
        run(
            [
                *(compiler, "build", "-C", self.module, "-mod=readonly", "-trimpath", "-v"),
                *("-ldflags", f"-s -w -X {self.version_variable}=v{tool.version}"),
                *("-o", folder / "bin" / tool.name, self.package),
            ],
            name="go build",
            job=job,
            folder=self.module,
            environment=_environment(work),
            heard=heard.line,
            tick=heard.tick,
        )
        shutil.rmtree(work)


class _Heard:
    """Counts modules and packages as Go names them, and tells now and then."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._fetched = 0
        self._compiled = 0
        self._told = time.monotonic()

    def line(self, line: str) -> None:
        if line.startswith("go: downloading "):
            self._fetched += 1
        elif line and " " not in line:
            self._compiled += 1

    def tick(self) -> None:
        if time.monotonic() - self._told > TELL_EVERY_SECONDS:
            self._told = time.monotonic()
            self._job.tell(Phase.BUILDING, self._so_far())

    def _so_far(self) -> str:
        if self._compiled:
            return f"{self._compiled} packages compiled"
        return f"{self._fetched} modules fetched" if self._fetched else ""


def _compiler(folder: Path, job: Job) -> str:
    compiler = shutil.which("go")
    if compiler is None:
        raise Unavailable("no Go on PATH", GET_GO)
    version = run([compiler, "env", "GOVERSION"], name="go env", job=job, folder=folder, environment=os.environ)[-1]
    # From 1.21 on, Go fetches the newer release that a go.mod asks for by itself.
    if _minor(version) < 21:
        raise Unavailable(f"{compiler} is {version}, too old to fetch the Go that the build needs", GET_GO)
    return compiler


def _minor(version: str) -> int:
    """The 21 of go1.21.5; development builds (devel …) count as new."""
    number = re.match(r"go1\.(\d+)", version)
    return int(number[1]) if number else 99


def _environment(work: Path) -> dict[str, str]:
    environment = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOWORK": "off",  # a go.work above the checkout would replace what go.mod pins
        "GOTMPDIR": str(work),  # swept with the rest when a run is killed
    }
    environment.pop("GOOS", None)
    environment.pop("GOARCH", None)
    if offline():
        environment |= {"GOPROXY": "off", "GOTOOLCHAIN": "local"}
    return environment
