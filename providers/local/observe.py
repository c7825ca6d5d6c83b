"""A deployed hub as it is now, without the engine: fast, and nothing is changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Error as XmlRpcError

from providers.local.answering import version_at
from providers.local.files import read_json
from providers.local.hub_files import MARK, edited, recorded_digest
from providers.local.logs import log_files
from providers.local.supervisor import LIVE, Part, Supervisor
from providers.local.supervisor_conf import parts_of

__all__ = ["log_files", "observe"]

PATIENCE_SECONDS = 0.8


def observe(folder: Path, expected_digest: str, *, patience_seconds: float = PATIENCE_SECONDS) -> list[str]:
    """How the hub differs from what was deployed, in words; empty when all is as deployed and answering."""
    if not (folder / MARK).is_file():
        return [f"the hub's folder is gone: {folder}"]
    drift = list(edited(folder))
    if not drift and recorded_digest(folder) != expected_digest:
        drift.append("the hub's files are not those of the last completed deploy")
    places = read_json(folder / "places.json") or {}
    drift += _missing_environments(places)
    return drift + list(_processes(folder, places, patience_seconds))


def _processes(folder: Path, places: Mapping[str, Any], patience_seconds: float) -> Iterator[str]:
    supervisor = Supervisor(folder, patience_seconds)
    try:
        parts = supervisor.parts() if supervisor.pid() else {}
    except (OSError, XmlRpcError, HTTPException):
        parts = {}
    if not parts:
        yield "the hub's supervisor is not running"
        return
    stopped = [*_stopped(parts, parts_of(places))]
    yield from stopped
    if not stopped and "public_url" in places:
        api_url = f"{places['public_url']}hub/api"
        if version_at(api_url, patience_seconds) is None:
            yield f"the hub does not answer at {api_url}"


def _stopped(parts: Mapping[str, Part], wanted: Sequence[str]) -> Iterator[str]:
    for name in wanted:
        part = parts.get(name)
        if part is None:
            yield f"the {name} is not run by the hub's supervisor"
        elif part.state not in LIVE:
            yield f"the {name} is not running: {part.account or part.state}"


def _missing_environments(places: Mapping[str, Any]) -> Iterator[str]:
    wanted = {"the hub's own software": places.get("environment")}
    wanted |= {"the software of Dask Gateway": places.get("dask_environment")}
    wanted |= {f"the environment of image {name!r}": path for name, path in places.get("environments", {}).items()}
    for what, path in wanted.items():
        if path and not os.access(Path(path) / "bin" / "python", os.X_OK):
            yield f"{what} is gone: {path}"
