"""What a tool is: a pinned version, where to look for it, and how to get it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from deployer.toolchain.job import Job


class Unavailable(Exception):  # noqa: N818 - an answer, not a fault
    """This way does not lead to the tool: why, and what would change that."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True)
class Attempt:
    """A way that was tried in vain."""

    way: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True)
class Found:
    """A tool in place."""

    path: Path
    """The executable, absolute."""
    version: str
    source: str
    """Where it comes from, for people."""


class Finder(Protocol):
    """A place where a tool may be already."""

    @property
    def title(self) -> str: ...

    def find(self, tool: Tool, needed: Mapping[str, Path], /) -> Found:
        """The tool at an acceptable version; raises Unavailable. Milliseconds."""
        ...


class Installer(Protocol):
    """A way to get a tool that is nowhere."""

    @property
    def title(self) -> str: ...

    def install(self, tool: Tool, folder: Path, job: Job) -> None:
        """Put the executable at `folder/bin/<name>`; raises Unavailable or OSError and may leave anything behind."""
        ...


@dataclass(frozen=True, kw_only=True)
class Tool:
    """An external program that this project uses."""

    name: str
    """Also the executable's name."""
    version: str
    """Which one is wanted, for people: "3.232.0", "20 or newer"."""
    accepts: Callable[[str], bool]
    """Is this version good?"""
    version_argument: str
    """Makes the executable print its version."""
    finders: tuple[Finder, ...]
    installers: tuple[Installer, ...] = ()
    needs: tuple[str, ...] = ()
    """Tools that it runs on, or that its installation needs."""
    folder_name: str = ""
    """Of its installation in the project's own folder; changes whenever what is installed there would."""
    optional: bool = False
    """Only for what asks for it by name: never installed along with the rest."""
    otherwise: str
    """What a person can do when it is nowhere and no installer works."""

    def needed(self, found: Mapping[str, Found]) -> dict[str, Path]:
        """Executables of the tools that this one needs, as far as they were found."""
        return {need: found[need].path for need in self.needs if need in found}
