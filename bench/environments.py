"""Other people's tools, each in an environment of its own, for comparison."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import uv


def cache() -> Path:
    """Beside the tools and environments of the project."""
    base = os.environ.get("HUBS_CACHE_DIR")
    return (
        Path(base) / "bench" if base else Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "hubs/bench"
    )


def tool(requirement: str, command: str) -> Path:
    """The command of a package from PyPI, e.g. `nebari==2026.4.1`; installed the first time."""
    folder = cache() / requirement.replace("=", "-")
    program = folder / "bin" / command
    done = folder / "complete"
    if not done.exists():
        _uv("venv", "--clear", "--python", sys.executable, folder)
        _uv("pip", "install", "--compile-bytecode", "--python", folder / "bin" / "python", requirement)
        done.touch()
    return program


def _uv(*words: str | Path) -> None:
    subprocess.run([uv.find_uv_bin(), *map(str, words), "--quiet"], check=True)
