"""Which commit a checkout stands at."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.errors import DeployerError
from deployer.project import Project
from deployer.revisions.git import GitRefusedError, git

SHORT = 12
"""Characters of a commit's hash that people read: more than git's own, so that it stays unique as the project grows."""


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A commit, and whether the checkout has changes of its own beside it."""

    commit: str
    changed: bool

    def __str__(self) -> str:
        return f"{self.commit[:SHORT]}{' with changes' if self.changed else ''}"


def revision(project: Project) -> Revision | None:
    """Where the checkout stands; None outside of git, without git, and before the first commit."""
    try:
        commit = git(project.root, ["rev-parse", "--verify", "--quiet", "HEAD"])
        changed = bool(git(project.root, ["status", "--porcelain", "--", "."]))
    except (GitRefusedError, DeployerError):
        return None
    return Revision(commit=commit, changed=changed)
