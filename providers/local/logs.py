"""Where a hub's parts write, and the last of what they wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TAIL_BYTES = 16_384
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
SERVER_PREFIX = "server:"


def log_files(folder: Path) -> dict[str, Path]:
    """Log files by part: hub, proxy, supervisor, dask-gateway, and `server:<user>` for each person's servers.

    Of a Dask cluster that runs, `dask:<first letters of its name>:scheduler` and one for each of its workers.
    """
    logs = folder / "logs"
    files = {"hub": logs / "hub.log", "proxy": logs / "proxy.log", "supervisor": logs / "supervisord.log"}
    for path in sorted((logs / "servers").glob("*.log")):
        files[f"{SERVER_PREFIX}{path.stem}"] = path
    if (logs / "dask-gateway.log").exists():
        files["dask-gateway"] = logs / "dask-gateway.log"
    for path in sorted((folder / "dask" / "clusters").glob("*/logs/*.log")):
        files[f"dask:{path.parents[1].name[:8]}:{path.stem[:15]}"] = path
    return files


def last_lines(path: Path, lines: int) -> list[str]:
    """The end of a log without reading all of it; empty when nobody wrote one."""
    return list(_tail(path))[-lines:]


def _tail(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, path.stat().st_size - TAIL_BYTES))
            text = stream.read().decode(errors="replace")
    except OSError:
        return
    yield from (line.rstrip() for line in COLOURS.sub("", text).splitlines() if line.strip())
