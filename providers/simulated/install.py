"""What `--simulate` changes for the engine: a folder of stand-ins first on its PATH, and where their world is."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from providers.simulated.storage import cache_folder

CLOUDS = ("aws", "azure-native", "gcp", "kubernetes")


def plugin_folder() -> Path:
    """A folder of executables `pulumi-resource-<cloud>` that start this installation's stand-ins; made when missing."""
    texts = {f"pulumi-resource-{cloud}": _launcher(cloud) for cloud in CLOUDS}
    digest = sha256("\0".join(texts.values()).encode()).hexdigest()[:12]
    folder = cache_folder() / "simulated" / f"plugins-{digest}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".plugins-"))
        for name, text in texts.items():
            (made / name).write_text(text)
            (made / name).chmod(0o755)
        made.chmod(0o755)
        _move(made, folder)
    return folder


def environment(
    world: Path,
    faults: Path | None = None,
    strict: bool = False,
    machine_types: Path | None = None,
    inherited: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Variables for the engine's process in a simulated run.

    `world` survives the run; `strict` also holds values against the clouds' published API models, whose packages must
    then be installed, and machines against the catalogues <machine_types>/<cloud>/machine_types.yaml.
    """
    variables = {
        "PATH": f"{plugin_folder()}{os.pathsep}{inherited.get('PATH', '')}",
        "HUBS_SIMULATED_WORLD": str(world.resolve()),
    }
    if faults is not None:
        variables["HUBS_SIMULATED_FAULTS"] = str(faults.resolve())
    if strict:
        variables["HUBS_SIMULATED_STRICT"] = "1"
    if machine_types is not None:
        variables["HUBS_SIMULATED_MACHINE_TYPES"] = str(machine_types.resolve())
    return variables


def _launcher(cloud: str) -> str:
    python = shlex.quote(sys.executable)
    return f'#!/bin/sh\nexec {python} -P -m providers.simulated.server {cloud} "$@"\n'


def _move(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was faster, with the same content
            raise
        for file in made.iterdir():
            file.unlink()
        made.rmdir()
