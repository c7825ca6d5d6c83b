"""A fork in a real git repository."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deployer.affected.affected import affected
from deployer.affected.result import Affected
from deployer.project import Project

CHECKOUT = Path(__file__).parents[3]
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
CODE = ("components", "deployer", "providers", "schemas", "stacks")

ALONE = """\
name: {name}
title: {name} hub
cluster: {{provider: local}}
hub: {{domain: {name}.example.org}}
"""
SHARING = """\
name: {name}
title: {name} hub
archetype: teaching
cluster: campus
hub: {{domain: {name}.example.org, image: plots}}
"""
CAMPUS = "provider: local\nlocal: {folder: /srv/hubs, cpu: 64, memory_gib: 256}\n"


@dataclass(frozen=True)
class Fork:
    """A checkout whose main branch has one commit."""

    root: Path

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *NAMED, *words], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A change")

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def fresh(self) -> Fork:
        """As it was first committed."""
        first = self.git("rev-list", "--max-parents=0", "HEAD")
        self.git("reset", "--quiet", "--hard", first)
        self.git("clean", "--quiet", "--force", "-d")
        return self

    def affected(self, since: str = "main") -> Affected:
        return affected(Project(self.root), since)


def told(result: Affected) -> dict[str, list[str]]:
    """Stack -> kinds of reasons."""
    return {stack.stack: [reason.kind for reason in stack.reasons] for stack in result.stacks}


def make_fork(folder: Path) -> Fork:
    """With two communities on a cluster that they share, and one by itself; without code."""
    fork = Fork(folder)
    fork.write("Pulumi.yaml", "name: hubs\nruntime: python\nbackend: {url: 'file://.state'}\n")
    fork.write("clusters/campus.yaml", CAMPUS)
    for name in ("base", "plots"):
        fork.write(f"images/{name}/image.yaml", f"title: {name}\n")
        fork.write(f"images/{name}/requirements.txt", "jupyterlab==4.5.0\n")
    fork.write("communities/alone.yaml", ALONE.format(name="alone"))
    for name in ("maths", "physics"):
        fork.write(f"communities/{name}.yaml", SHARING.format(name=name))
    fork.git("init", "--quiet", "--initial-branch", "main")
    return fork


@pytest.fixture
def fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fork:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    made = make_fork(tmp_path / "fork")
    made.commit()
    return made


@pytest.fixture(scope="module")
def fork_with_code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fork]:
    """One for all tests of a module: each looks at what changed since HEAD, and begins with `fresh`."""
    folder = tmp_path_factory.mktemp("code")
    made = make_fork(folder / "fork")
    for package in CODE:
        shutil.copytree(CHECKOUT / package, made.root / package, ignore=shutil.ignore_patterns("__pycache__"))
    made.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBS_CACHE_DIR", str(folder / "cache"))
        yield made
