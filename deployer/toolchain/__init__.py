"""Gets the external tools at their pinned versions: the Pulumi engine, Node, configurable-http-proxy and others.

    executables = ensure(["pulumi"], progress=print)
    os.environ["PATH"] = os.pathsep.join([*map(str, search_path(["pulumi"])), os.environ["PATH"]])

Cheap to import, and a few milliseconds to call when everything is in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployer.toolchain.progress import Phase, Progress, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from deployer.toolchain.status import ToolStatus

__all__ = ["Phase", "Progress", "all_names", "ensure", "inventory", "names", "quiet", "search_path"]


def names() -> list[str]:
    """Names of the tools that every machine should have; optional ones are for whoever names them."""
    from deployer.toolchain.catalogue import catalogue

    return [name for name, tool in catalogue().items() if not tool.optional]


def all_names() -> list[str]:
    """Every name that `ensure` takes: of tools, and of several at once."""
    from deployer.toolchain.catalogue import GROUPS, catalogue

    return [*catalogue(), *GROUPS]


def ensure(names: Sequence[str], *, progress: Callable[[Progress], None] = quiet) -> Mapping[str, Path]:
    """The named tools' executables (absolute), and those of the tools they need; what is missing is installed first.

    `progress` may be called from several threads, one call at a time. Safe beside other processes that do the same;
    safe to interrupt. Raises ToolMissing, with every way that was tried, and BadInput for a name that is no tool's.
    """
    from deployer.toolchain.catalogue import chosen
    from deployer.toolchain.ensuring import ensure_tools

    return {name: found.path for name, found in ensure_tools(chosen(names), progress=progress).items()}


def search_path(names: Sequence[str]) -> list[Path]:
    """Folders to put first on PATH so that the named tools are found by their names at the right versions.

    Installs nothing and leaves out what is missing, and also what PATH finds already: a system folder put first would
    hide other programs, Python among them.
    """
    from deployer.toolchain.catalogue import chosen
    from deployer.toolchain.status import folders

    return folders(chosen(names))


def inventory() -> list[ToolStatus]:
    """Every tool: its pinned version, where it was found, else how it would be had. Installs nothing."""
    from deployer.toolchain.catalogue import catalogue
    from deployer.toolchain.status import statuses

    return statuses(list(catalogue().values()))
