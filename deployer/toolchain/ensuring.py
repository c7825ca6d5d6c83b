"""Finds tools, and has the missing ones installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from deployer.errors import ToolMissing
from deployer.toolchain.finding import Nowhere, find
from deployer.toolchain.progress import Progress
from deployer.toolchain.tool import Attempt, Found, Tool


def ensure_tools(tools: Sequence[Tool], *, progress: Callable[[Progress], None]) -> dict[str, Found]:
    """Every tool in place, by name; `tools` holds each after those it needs. Raises ToolMissing, for all at once."""
    found: dict[str, Found] = {}
    missing: dict[str, list[Attempt]] = {}
    for tool in tools:
        try:
            found[tool.name] = find(tool, tool.needed(found))
        except Nowhere as answer:
            missing[tool.name] = answer.attempts
    if missing:
        # Only now: what downloads and builds is not to be paid for when nothing is missing.
        from deployer.toolchain.installing import install

        failed = install([tool for tool in tools if tool.name in missing], found, missing, progress)
        if failed:
            raise _tool_missing([tool for tool in tools if tool.name in failed], failed)
    return {tool.name: found[tool.name] for tool in tools}


def _tool_missing(tools: Sequence[Tool], failed: Mapping[str, list[Attempt]]) -> ToolMissing:
    lines: list[str] = []
    remedies: list[str] = []
    for tool in tools:
        lines.append(f"{tool.name} {tool.version} could not be had; tried:")
        lines += [f"  {attempt.way}: {attempt.reason}" for attempt in failed[tool.name]]
        remedies += [attempt.remedy for attempt in failed[tool.name]]
        if tool.otherwise and not any(need in failed for need in tool.needs):
            remedies.append(tool.otherwise)
    offered = list(dict.fromkeys(remedy for remedy in remedies if remedy))
    return ToolMissing(
        "\n".join(lines),
        left="nothing half is left behind",
        remedy="any one of these mends it: " + "; or ".join(offered) if len(offered) > 1 else "".join(offered),
    )
