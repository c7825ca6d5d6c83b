"""The environments of this machine: one folder per content, marks for who uses it, and their collection.

    <cache>/environments/<digest>/              the environment; complete when it holds environment.json
    <cache>/environments/<digest>.users/<mark>  who uses it: a resource of a checkout
    <cache>/environments/<digest>.lock          held while it is built or taken away

An environment is built where it will stand, because scripts in it name their interpreter by its full path, and is
marked complete last: one that a killed run left is known by the missing mark and built anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from providers.engine.values import Task
from providers.local.files import read_json, remove_if_empty, write_json
from providers.local.locks import Taken, locked

COMPLETE = "environment.json"
USERS = ".users"
LOCK = ".lock"
FORMAT = 2
"""Goes into every digest; raised when environments are built differently."""


@dataclass(frozen=True)
class Recipe:
    """What an environment is built from, apart from the machine."""

    python_version: str | None
    requirements: str

    @property
    def python(self) -> str:
        """The Python asked for; the running one's version when none is."""
        return self.python_version or "{}.{}".format(*sys.version_info)

    @property
    def digest(self) -> str:
        """Names the environment: the same content on the same kind of machine has the same."""
        libc = "-".join(platform.libc_ver()[:1])
        content = [FORMAT, self.python, self.requirements, sys.platform, platform.machine(), libc]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:24]


class EnvironmentCache:
    """The folder of all environments."""

    def __init__(self, cache: Path) -> None:
        self._root = cache / "environments"

    def folder(self, digest: str) -> Path:
        return self._root / digest

    def hold(self, task: Task, recipe: Recipe, owner: str) -> None:
        """Have the environment built, if it is not, and mark it as used; waits for another run that builds it."""
        from providers.local.environment_build import build

        folder = self.folder(recipe.digest)
        self._root.mkdir(parents=True, exist_ok=True)
        with locked(self._lock_file(recipe.digest), partial(_say_waiting, task)) as lock:
            self._mark(recipe.digest, task.urn, owner)
            if _is_whole(folder):
                return
            # What stands there is of no use: a killed run left it, or its interpreter is gone.
            shutil.rmtree(folder, ignore_errors=True)
            try:
                build(task, folder, recipe, lock)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                self.release(recipe.digest, task.urn, owner)
                raise
            write_json(folder / COMPLETE, {"python": recipe.python, "requirements": recipe.requirements})

    def is_held(self, digest: str, urn: str, owner: str) -> bool:
        """Whether the environment is whole and marked as used by this resource."""
        return _is_whole(self.folder(digest)) and self._mark_file(digest, urn, owner).is_file()

    def release(self, digest: str, urn: str, owner: str) -> None:
        """This resource uses it no more."""
        mark = self._mark_file(digest, urn, owner)
        mark.unlink(missing_ok=True)
        remove_if_empty(mark.parent)

    def sweep(self) -> None:
        """Take away what nobody uses: no mark that counts, no running process, nobody building it."""
        if not self._root.is_dir():
            return
        unused = [folder for folder in self._root.iterdir() if _is_environment(folder) and not self._is_used(folder)]
        in_use = _folders_of_processes(unused) if unused else set()
        for folder in unused:
            if folder in in_use:
                continue
            with suppress(Taken), locked(self._lock_file(folder.name)):
                if not self._is_used(folder):
                    (folder / COMPLETE).unlink(missing_ok=True)
                    shutil.rmtree(folder, ignore_errors=True)

    def _mark_file(self, digest: str, urn: str, owner: str) -> Path:
        name = hashlib.sha256(f"{urn} {owner}".encode()).hexdigest()[:16]
        return self._root / f"{digest}{USERS}" / f"{name}.json"

    def _mark(self, digest: str, urn: str, owner: str) -> None:
        mark = self._mark_file(digest, urn, owner)
        mark.parent.mkdir(exist_ok=True)
        write_json(mark, {"urn": urn, "checkout": owner})

    def _is_used(self, folder: Path) -> bool:
        """Whether a mark counts: those of checkouts that are gone do not, and are dropped."""
        used = False
        for mark in (self._root / f"{folder.name}{USERS}").glob("*.json"):
            checkout = (read_json(mark) or {}).get("checkout")
            if checkout and not Path(checkout).exists():
                mark.unlink(missing_ok=True)
            else:
                used = True
        return used

    def _lock_file(self, digest: str) -> Path:
        return self._root / f"{digest}{LOCK}"


def _say_waiting(task: Task) -> None:
    task.stop_if_cancelled()
    task.progress("waiting for another run that builds the same environment")


def _is_environment(folder: Path) -> bool:
    return folder.is_dir() and not folder.name.endswith(USERS)


def _is_whole(folder: Path) -> bool:
    return (folder / COMPLETE).is_file() and os.access(folder / "bin" / "python", os.X_OK)


def _folders_of_processes(folders: list[Path]) -> set[Path]:
    """Those of the folders that a live process was started from."""
    import psutil

    found = set()
    for process in psutil.process_iter(["cmdline"]):
        words = (process.info["cmdline"] or [])[:2]
        found |= {folder for folder in folders if any(word.startswith(f"{folder}/") for word in words)}
    return found
