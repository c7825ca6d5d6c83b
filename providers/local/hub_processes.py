"""Processes of a hub, found by what they carry in their environment: also those whose supervisor died."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from providers.local.runtime import processes, servers
from providers.local.supervisor_conf import FOLDER_VARIABLE, PART_VARIABLE

PATIENCE_SECONDS = 15
MANY = 16
# The supervisor first, or it would start the others anew.
ORDER = ("supervisor", "hub", "proxy")  # and then the rest


def end_parts(folder: Path) -> None:
    """End the hub's supervisor and what it runs, wherever they are left; people's servers live on."""
    found = list(_carrying(folder))
    for part in ORDER:
        _end([process for process, name in found if name == part])
    _end([process for process, name in found if name not in (None, *ORDER)])


def end_servers(folder: Path) -> int:
    """End people's servers, and whatever else was started for this hub; how many servers there were."""
    ended = servers.end_all(folder.parents[1], folder.name)
    _end([process for process, name in _carrying(folder) if name is None])
    return ended


def _carrying(folder: Path) -> Iterator[tuple[processes.Process, str | None]]:
    """Processes that carry this hub's folder, and the part each is; None for servers."""
    for one in psutil.process_iter():
        try:
            environment = one.environ()
        except (psutil.Error, OSError):
            continue
        if environment.get(FOLDER_VARIABLE) == str(folder):
            found = processes.identify(one.pid)
            if found:
                yield found, environment.get(PART_VARIABLE)


def _end(found: list[processes.Process]) -> None:
    if found:
        with ThreadPoolExecutor(min(MANY, len(found))) as pool:
            list(pool.map(lambda process: processes.end(process, grace_seconds=PATIENCE_SECONDS), found))
