"""Changes to the project's own code, in a checkout that has it: both sides are previewed by their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deployer.report.markdown import NOTHING_CHANGES

CHECKOUT = Path(__file__).parents[3]
GOLDEN = Path(__file__).parent / "previews"
CODE = ("components", "deployer", "providers", "schemas", "stacks")
FILES = ("communities/demo.yaml", "communities/seminar-gcp.yaml", "clusters/example-gcp.yaml", ".gitignore")
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
RUN = "import sys; from deployer.cli import main; sys.exit(main())"
HUB = "components/clouds/local/hub.py"


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a refactoring of a component and one line of a community in the working tree."""
    root = tmp_path_factory.mktemp("fork")
    for name in (*CODE, "images", "tools"):
        shutil.copytree(CHECKOUT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*FILES, "Pulumi.yaml", "pyproject.toml"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(CHECKOUT / name, root / name)
    _git(root, "init", "--quiet", "--initial-branch=main", ".")
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "The examples")
    _edit(root, HUB, "machine = args.cluster_facts", "cluster = args.cluster_facts  # what it stands on")
    _edit(root, HUB, 'machine["folder"], "/hubs/", name', 'cluster["folder"], "/hubs/", name')
    _edit(root, HUB, "{key: machine[key] for key", "{key: cluster[key] for key")
    return root


def test_a_refactoring_shows_nothing(fork: Path) -> None:
    assert NOTHING_CHANGES in _preview(fork)


@pytest.mark.parametrize("code", ["its own", "elsewhere"])
def test_beside_a_refactoring_a_change_shows_as_without(fork: Path, code: str) -> None:
    """Whether the deployer that runs is the checkout's own, or lies in another folder."""
    _git(fork, "checkout", "--quiet", "communities")
    _edit(fork, "communities/demo.yaml", "memory_gib: 1\n", "memory_gib: 1.5\n")
    said = _preview(fork, fork if code == "its own" else CHECKOUT)
    assert _as_golden(fork, said) == (GOLDEN / "demo.md").read_text()


def test_a_changed_default_shows_itself_alone(fork: Path) -> None:
    _git(fork, "checkout", "--quiet", "communities")
    _edit(fork, "schemas/hub.py", 'UrlPath = Field(default="/lab"', 'UrlPath = Field(default="/tree"')
    assert _as_golden(fork, _preview(fork)) == (GOLDEN / "default.md").read_text()


def _preview(root: Path, code: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", RUN, "preview", "--base", "main", "--simulate", "--format", "markdown"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(code or root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _as_golden(root: Path, said: str) -> str:
    return said.replace(_git(root, "rev-parse", "main")[:12], "0" * 12)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *NAMED, *words], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text, f"{old!r} is not in {path}"
    (root / path).write_text(text.replace(old, new, 1))
