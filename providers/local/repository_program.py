"""Has the environment of a repository: a program of its own, which the hub of this machine starts for people.

A plan comes in as JSON: `build` (false: only look whether it is there), `address`, `ref`, `base` (folder of the
environment that the repository's packages go on top of), `cache`, `repositories` (folder of their files), `hub` (folder
of the hub, on whose being there the environment hangs). Out come lines of JSON: `{"message": …}` any number of times,
and at last `{"made": {"commit", "files", "environment"}}` (`environment` empty where it is yet to be built), or
`{"refused": …}`.

Runs without the hub's secrets, within limits that the hub sets. Of the repository itself only its own package's build
is run, as an installation of it anywhere would: into an environment of that commit alone. `postBuild` is not: what it
did would be in an environment that other repositories share.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from providers.engine.values import Fault, Task
from providers.local.environment_cache import COMPLETE, EnvironmentCache, Recipe
from providers.local.files import read_json, write_json
from providers.local.locks import locked
from providers.local.repository_files import fetch, resolve
from providers.local.repository_recipe import read_repository, recipe

URN = "repositories"
"""In whose name environments are held; one mark for each hub and environment."""
KEPT_DAYS = 30
"""Of repositories that nobody started a server of."""
SECONDS_PER_DAY = 86_400


def main() -> int:
    """Carry out the plan on standard input; 1 when it was refused."""
    plan = json.loads(sys.stdin.read())
    try:
        _tell(made=have(plan, Task(URN, tell=lambda _severity, text, _replaceable: _tell(message=text))))
    except Fault as fault:
        _tell(refused=str(fault))
        return 1
    return 0


def have(plan: dict[str, Any], task: Task) -> dict[str, str]:
    """What `made` tells. Raises Fault."""
    repositories, cache = Path(plan["repositories"]), EnvironmentCache(Path(plan["cache"]))
    repositories.mkdir(parents=True, exist_ok=True)
    commit = resolve(plan["address"], plan["ref"])
    files = repositories / f"{hashlib.sha256(plan['address'].encode()).hexdigest()[:12]}-{commit[:20]}"
    with locked(files.with_suffix(".lock"), lambda: None):
        fetch(task, plan["address"], plan["ref"], commit, files)
    asked = read_repository(files)
    for note in asked.notes:
        task.progress(note)
    wanted = recipe(asked, _base(Path(plan["base"])))
    folder = cache.folder(wanted.digest)
    there = (folder / COMPLETE).is_file() and os.access(folder / "bin" / "python", os.X_OK)
    if there or plan["build"]:
        cache.hold(task, wanted, plan["hub"])
        write_json(files.with_suffix(".json"), {"environment": wanted.digest})
        _forget_unused(repositories, cache, plan["hub"])
    return {"commit": commit, "files": str(files), "environment": str(folder) if there or plan["build"] else ""}


def _base(folder: Path) -> Recipe:
    whole = read_json(folder / COMPLETE)
    if whole is None:
        raise Fault(
            f"the environment {folder}, which repositories' packages go on top of, is gone", "deploy the hub again"
        )
    return Recipe(python_version=whole["python"], requirements=whole["requirements"])


def _forget_unused(repositories: Path, cache: EnvironmentCache, hub: str) -> None:
    """Let go of what nobody used for long; environments that nobody else holds go with the next sweep."""
    oldest = time.time() - KEPT_DAYS * SECONDS_PER_DAY
    notes = {note: (read_json(note) or {}).get("environment", "") for note in repositories.glob("*.json")}
    old = [note for note in notes if note.stat().st_mtime < oldest]
    used = {digest for note, digest in notes.items() if note not in old}
    for note in old:
        shutil.rmtree(note.with_suffix(""), ignore_errors=True)
        if notes[note] and notes[note] not in used:
            cache.release(notes[note], URN, hub)
        note.unlink(missing_ok=True)


def _tell(**what: Any) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - it is this program's way to speak to the hub


if __name__ == "__main__":
    sys.exit(main())
