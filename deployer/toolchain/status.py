"""What is in place and what is not, without changing anything."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deployer.toolchain.finding import Nowhere, find
from deployer.toolchain.tool import Attempt, Found, Tool


@dataclass(frozen=True, kw_only=True)
class ToolStatus:
    """One tool on this machine."""

    name: str
    wanted: str
    """The pinned version, for people: "3.232.0", "20 or newer"."""
    found: Found | None
    """None when it is missing."""
    attempts: Sequence[Attempt]
    """When missing: what is amiss in each place where it could be."""
    optional: bool
    """Nothing is amiss when it is missing."""
    installable: bool
    """`ensure` has ways to get it."""
    how: str
    """How it would be had, by `ensure` or, where that cannot, by a person."""


def statuses(tools: Sequence[Tool]) -> list[ToolStatus]:
    """One line per tool; `tools` holds each after those it needs."""
    result = []
    found: dict[str, Found] = {}
    for tool in tools:
        attempts: list[Attempt] = []
        try:
            found[tool.name] = find(tool, tool.needed(found))
        except Nowhere as answer:
            attempts = answer.attempts
        how = ", else ".join(installer.title for installer in tool.installers) or tool.otherwise
        result.append(
            ToolStatus(
                name=tool.name,
                wanted=tool.version,
                found=found.get(tool.name),
                attempts=attempts,
                optional=tool.optional,
                installable=bool(tool.installers),
                how=how,
            )
        )
    return result


def folders(tools: Sequence[Tool]) -> list[Path]:
    """Folders to put first on PATH, less those of tools that PATH leads to already."""
    found = [(status.name, status.found.path) for status in statuses(tools) if status.found]
    return list(dict.fromkeys(path.parent for name, path in found if shutil.which(name) != str(path)))
