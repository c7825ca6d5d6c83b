"""Runs git in a checkout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deployer.errors import BadInput, DeployerError

# Whoever starts us from a hook of git's has these set, and they would lead to another repository or index.
FOREIGN = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX")


class GitRefusedError(Exception):
    """Git did not do it; the words are its own."""


def git(folder: Path, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None) -> str:
    """What git prints, without the last line's end.

    Raises GitRefusedError with git's words; DeployerError where there is no git.
    """
    return raw_git(folder, arguments, environment=environment).decode(errors="surrogateescape").rstrip("\n")


def raw_git(folder: Path, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None) -> bytes:
    """The same in bytes, as git prints them."""
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**inherited, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **(environment or {})},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise DeployerError("this needs git, and there is none on the PATH", remedy="install git") from None
    if done.returncode:
        raise GitRefusedError(done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}")
    return done.stdout


def commit_named(folder: Path, reference: str) -> str:
    """The commit that a branch, a tag or an abbreviation names; raises BadInput for what names none."""
    try:
        return git(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}"])
    except GitRefusedError as error:
        # Git is silent, as it was asked to be, of names that it does not know, and says what else is wrong.
        if str(error).startswith("fatal: "):
            words = str(error).removeprefix("fatal: ").partition("\n")[0]
            raise BadInput(
                [],
                fault=f"git cannot be asked about {folder}: {words}",
                remedy="run in a checkout that git made, as the user whose it is",
            ) from None
    raise BadInput(
        [],
        fault=f"git knows no commit named {reference!r} here",
        remedy="fetch it first (git fetch origin); in a workflow: fetch-depth: 0",
    )
