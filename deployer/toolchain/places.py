"""Where tools are described and where they are kept."""

from __future__ import annotations

import os
from pathlib import Path

from deployer.project import find_project


def cache_folder() -> Path:
    """What can be rebuilt and is shared by all checkouts: HUBS_CACHE_DIR, else `hubs` in the user's cache folder."""
    given = os.environ.get("HUBS_CACHE_DIR")
    if given:
        return Path(given).expanduser().absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG specification has relative paths ignored.
    return (base if base.is_absolute() else Path.home() / ".cache") / "hubs"


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
