"""A tool whose only source is its pinned Go module."""

from __future__ import annotations

from pathlib import Path

from deployer.toolchain.finding import InOwnFolder, OnPath
from deployer.toolchain.go_build import GoBuild
from deployer.toolchain.tool import Tool


def built(
    name: str, version: str, module: Path, package: str, variable: str, *, version_argument: str = "--version"
) -> Tool:
    """Of exactly this version, for what asks for it by name; `variable` is the Go variable that holds the version."""
    return Tool(
        name=name,
        version=version,
        accepts=version.__eq__,
        version_argument=version_argument,
        finders=(OnPath(), InOwnFolder()),
        installers=(GoBuild(module, package=package, version_variable=variable),),
        folder_name=version,
        optional=True,
        otherwise=f"put {name} {version} on PATH",
    )
