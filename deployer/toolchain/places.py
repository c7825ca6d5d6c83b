"""Where tools are described and where they are kept."""

from __future__ import annotations

import os
from pathlib import Path

from deployer.project import find_project
from providers.cache_folder import cache_folder


def tools_folder() -> Path:
    """Where tools are installed."""
    return cache_folder() / "tools"


def definitions() -> Path:
    """The checkout's `tools/`: pins and build recipes."""
    beside_this_code = Path(__file__).parents[2] / "tools"
    return beside_this_code if (beside_this_code / "pins.toml").is_file() else find_project().root / "tools"


def short(path: Path) -> str:
    """How texts name a path: with ~ for the home folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)


def offline() -> bool:
    """HUBS_OFFLINE is set: nothing may be downloaded."""
    return os.environ.get("HUBS_OFFLINE", "").lower() not in ("", "0", "no", "false")


def platform() -> str:
    """Operating system and processor, as the tools' archives are named: linux-x64, darwin-arm64."""
    system = os.uname()
    processor = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(system.machine, system.machine)
    return f"{system.sysname.lower()}-{processor}"
