"""A small checkout to check files in: two images, a cluster, a neighbour."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deployer.project import Project

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def examples_project(monkeypatch: pytest.MonkeyPatch) -> Project:
    """The checkout of the examples, to read only; the test stands in it."""
    monkeypatch.chdir(EXAMPLES / "project")
    return Project(EXAMPLES / "project")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A copy of it, to write into; the test stands in it."""
    root = tmp_path / "checkout"
    shutil.copytree(EXAMPLES / "project", root)
    monkeypatch.chdir(root)
    return Project(root)
