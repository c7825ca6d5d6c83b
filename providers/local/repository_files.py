"""A repository's files at one commit, by git: nothing of it is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from providers.engine.values import Fault, Task

COMMIT = re.compile(r"^[0-9a-f]{40}$")
SHOWN_CHARACTERS = 300


def resolve(address: str, ref: str) -> str:
    """The commit that a branch or tag is at now. Raises Fault when repository or ref cannot be had."""
    if COMMIT.match(ref):
        return ref
    wanted = ["HEAD"] if ref == "HEAD" else [f"refs/heads/{ref}", f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}"]
    told = _git(address, "ls-remote", address, *wanted)
    found = {name: commit for commit, _, name in (line.partition("\t") for line in told.splitlines())}
    commit = next((found[name] for name in wanted if name in found), None)
    if commit is None:
        raise Fault(f"{address} has no branch, tag or commit {ref!r}")
    return commit


def fetch(task: Task, address: str, ref: str, commit: str, folder: Path) -> None:
    """Have the files of a commit in a folder, with git's own beside them; goes on with nothing that was left half."""
    if folder.is_dir():
        return
    task.progress(f"fetching {address} at {commit[:10]}")
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    _git(address, "init", "--quiet", str(half))
    _git(address, "-C", str(half), "remote", "add", "origin", address)
    try:
        _git(address, "-C", str(half), "fetch", "--quiet", "--depth=1", "origin", commit)
    except Fault:
        # Not every server gives a commit by its name, or less than all of its history.
        _git(address, "-C", str(half), "fetch", "--quiet", "--tags", "origin")
    branch = [] if COMMIT.match(ref) or ref == "HEAD" else ["-B", ref]
    _git(address, "-C", str(half), "checkout", "--quiet", *(branch or ["--detach"]), commit)
    if (half / ".gitmodules").is_file():
        _git(address, "-C", str(half), "submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
    half.rename(folder)


def _git(address: str, *arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise Fault("git is not installed on this machine", "install git")
    done = subprocess.run(
        [git, *arguments], env=_environment(address), stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise Fault(f"{address} cannot be read: {_reason(done.stderr.decode(errors='replace'))}")
    return done.stdout.decode(errors="replace")


def _environment(address: str) -> Mapping[str, str]:
    """Nobody's own settings or passwords, and no other way than the address's own to anything that it leads to."""
    return {
        **os.environ,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": urlsplit(address).scheme,
        "LC_ALL": "C",
    }


def _reason(said: str) -> str:
    """git's complaint, in one line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    faults = [line.partition(": ")[2] for line in lines if line.startswith(("fatal: ", "error: ", "remote: "))]
    reason = (faults or lines or ["git gave no reason"])[-1]
    if "could not read Username" in reason:
        return "it is not there, or not open to everybody"
    return reason[:SHOWN_CHARACTERS]
