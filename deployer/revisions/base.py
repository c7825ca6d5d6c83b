"""What a branch is compared with: the commit where it left another, and what changed since."""

from __future__ import annotations

from deployer.errors import BadInput
from deployer.project import Project
from deployer.revisions.git import GitRefusedError, commit_named, git, raw_git


def base_of(project: Project, reference: str) -> str:
    """The commit where this branch left `reference`, so that what others did there since does not count as undone.

    Raises BadInput for what names no commit, and where the two have no history in common.
    """
    commit = commit_named(project.root, reference)
    try:
        return git(project.root, ["merge-base", commit, "HEAD"])
    except GitRefusedError:
        raise BadInput(
            [],
            fault=f"this branch and {reference!r} have no commit in common here",
            remedy="fetch the whole history (git fetch --unshallow); in a workflow: fetch-depth: 0",
        ) from None


def changed_paths(project: Project, commit: str) -> list[str]:
    """Files that are not as they were in a commit, relative to the project, sorted.

    Counts what is not committed yet, files that git does not track (and does not ignore), and files that are gone.
    """
    listed = raw_git(project.root, ["diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", "."])
    untracked = raw_git(project.root, ["ls-files", "--others", "--exclude-standard", "-z", "--", "."])
    names = (listed + untracked).decode(errors="surrogateescape").split("\0")
    return sorted({name for name in names if name})
