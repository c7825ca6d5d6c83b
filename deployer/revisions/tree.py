"""The project as it stood at a commit, as files."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from deployer.project import Project
from deployer.revisions.git import commit_named, git
from providers.cache_folder import cache_folder

TREES = "trees"
KEPT_DAYS = 30
"""Trees that nobody asked for in so long go: each has the size of the project's files."""


def checkout_at(project: Project, commit: str) -> Project:
    """The whole tree of a commit in a folder of the cache, made at first use. It is read only by agreement.

    Trees are kept by what is in them: commits that differ in nothing share one. Raises BadInput for what names no
    commit.
    """
    tree = git(project.root, ["rev-parse", f"{commit_named(project.root, commit)}^{{tree}}"])
    top = Path(git(project.root, ["rev-parse", "--show-toplevel"]))
    folder = cache_folder() / TREES / tree
    if not folder.exists():
        _write(top, tree, folder)
        _clear_old(folder.parent)
    folder.touch()
    return Project(folder / project.root.resolve().relative_to(top.resolve()))


def _clear_old(trees: Path) -> None:
    oldest = time.time() - KEPT_DAYS * 24 * 3600
    for old in trees.iterdir():
        if old.stat().st_mtime < oldest:
            shutil.rmtree(old, ignore_errors=True)


def _write(top: Path, tree: str, folder: Path) -> None:
    """Write a tree beside its place and move it there: whoever comes at the same time sees all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{tree[:8]}-", dir=folder.parent) as draft:
        index = {"GIT_INDEX_FILE": f"{draft}/index"}
        git(top, ["read-tree", tree], environment=index)
        git(top, ["checkout-index", "--all", f"--prefix={draft}/files/"], environment=index)
        files = Path(draft) / "files"
        files.mkdir(exist_ok=True)
        try:
            files.rename(folder)
        except OSError:
            if not folder.exists():
                raise
            shutil.rmtree(files)
