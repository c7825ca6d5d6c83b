"""What git tells of a checkout, with real repositories."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from deployer.errors import BadInput
from deployer.project import Project
from deployer.revisions import base_of, changed_paths, checkout_at, revision
from deployer.revisions.tree import KEPT_DAYS, TREES

NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *NAMED, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, **files: str) -> str:
    for name, text in files.items():
        path = folder / "communities" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    (folder / "Pulumi.yaml").write_text("name: hubs\nruntime: python\n")
    (folder / ".gitignore").write_text("*.log\n")
    commit(folder, ocean="name: ocean\n", demo="name: demo\n")
    return folder


def test_a_branch_is_compared_with_where_it_left_main(repository: Path) -> None:
    left = git(repository, "rev-parse", "HEAD")
    git(repository, "switch", "--quiet", "--create", "change")
    commit(repository, ocean="name: ocean\ntitle: Ocean\n")
    git(repository, "switch", "--quiet", "main")
    commit(repository, demo="name: demo\ntitle: Demo\n")
    git(repository, "switch", "--quiet", "change")
    project = Project(repository)
    assert base_of(project, "main") == left
    assert changed_paths(project, base_of(project, "main")) == ["communities/ocean.yaml"]


def test_what_is_not_committed_counts_as_changed_and_what_is_ignored_does_not(repository: Path) -> None:
    project = Project(repository)
    assert changed_paths(project, "HEAD") == []
    (repository / "communities" / "new one.yaml").write_text("name: new\n")
    (repository / "communities" / "run.log").write_text("ignored\n")
    (repository / "communities" / "demo.yaml").unlink()
    assert changed_paths(project, "HEAD") == ["communities/demo.yaml", "communities/new one.yaml"]


def test_a_tree_is_written_once_and_shared_by_commits_with_the_same_files(repository: Path) -> None:
    project = Project(repository)
    first = git(repository, "rev-parse", "HEAD")
    then = checkout_at(project, first)
    assert (then.communities / "ocean.yaml").read_text() == "name: ocean\n"
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "Nothing")
    assert checkout_at(project, "HEAD") == then
    commit(repository, ocean="name: ocean\ntitle: Ocean\n")
    assert checkout_at(project, "HEAD") != then
    assert (checkout_at(project, first).communities / "ocean.yaml").read_text() == "name: ocean\n"
    assert not list(then.root.parent.glob(".*")), "drafts are gone"


def test_trees_that_nobody_asks_for_go_in_the_end(repository: Path) -> None:
    project = Project(repository)
    old = checkout_at(project, "HEAD").root
    long_ago = time.time() - (KEPT_DAYS + 1) * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    commit(repository, ocean="name: ocean\ntitle: Ocean\n")
    new = checkout_at(project, "HEAD").root
    assert [path.name for path in new.parent.iterdir()] == [new.name]
    assert new.parent.name == TREES


def test_a_project_in_a_folder_of_a_larger_repository(repository: Path) -> None:
    inner = repository / "hubs"
    commit(inner, small="name: small\n")
    (inner / "Pulumi.yaml").write_text("name: hubs\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Inner")
    (inner / "communities" / "small.yaml").write_text("name: small\ntitle: Small\n")
    (repository / "communities" / "ocean.yaml").write_text("changed\n")
    project = Project(inner)
    assert changed_paths(project, "HEAD") == ["communities/small.yaml"]
    then = checkout_at(project, "HEAD")
    assert then.root.name == "hubs"
    assert (then.communities / "small.yaml").read_text() == "name: small\n"


def test_where_a_checkout_stands(repository: Path, tmp_path: Path) -> None:
    project = Project(repository)
    clean = revision(project)
    assert clean
    assert (clean.commit, clean.changed) == (git(repository, "rev-parse", "HEAD"), False)
    (repository / "communities" / "ocean.yaml").write_text("changed\n")
    changed = revision(project)
    assert changed
    assert str(changed) == f"{clean.commit[:12]} with changes"
    assert revision(Project(tmp_path)) is None


@pytest.mark.parametrize("reference", ["origin/nowhere", "--help", "-x", "HEAD:communities", ""])
def test_what_names_no_commit_is_refused_with_a_way_out(repository: Path, reference: str) -> None:
    with pytest.raises(BadInput, match="git knows no commit named") as refused:
        base_of(Project(repository), reference)
    assert "git fetch" in refused.value.remedy


def test_histories_that_never_met(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--orphan", "other")
    commit(repository, other="name: other\n")
    with pytest.raises(BadInput, match="no commit in common"):
        base_of(Project(repository), "main")


def test_outside_of_git(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"git cannot be asked about .* not a git repository"):
        base_of(Project(tmp_path), "main")


def test_hooks_variables_lead_nowhere_else(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    project = Project(repository)
    monkeypatch.chdir(repository)
    found = revision(project)
    assert found
    assert not found.changed
