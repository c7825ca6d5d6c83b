"""A repository with the checkout's own examples, and branches that change them."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from deployer.project import Project
from deployer.review import CommunityReview, FileReview, Review, Verdict, review

CHECKOUT = Path(__file__).parents[3]
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")


@dataclass(frozen=True)
class Branch:
    """A checkout on a branch that left main."""

    root: Path

    @property
    def project(self) -> Project:
        return Project(self.root)

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *NAMED, *words], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def edit(self, path: str, *replaced: tuple[str, str]) -> None:
        """Replace texts in a file, each of which must stand there once."""
        file = self.root / path
        text = file.read_text()
        for old, new in replaced:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
            text = text.replace(old, new)
        file.write_text(text)

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "A change")

    def review(self, base: str = "main") -> Review:
        return review(self.project, base)


@pytest.fixture(scope="session")
def main_branch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it is before anyone changes it, to be copied, beside the cache that all copies share."""
    root = tmp_path_factory.mktemp("review") / "checkout"
    root.mkdir()
    for name in ("Pulumi.yaml", "policy.yaml"):
        shutil.copy(CHECKOUT / name, root)
    for name in ("communities", "clusters", "images"):
        shutil.copytree(CHECKOUT / name, root / name)
    made = Branch(root)
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit()
    made.git("switch", "--quiet", "--create", "change")
    return root


@pytest.fixture
def branch(main_branch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    monkeypatch.setenv("HUBS_CACHE_DIR", str(main_branch.parent / "cache"))
    made = Branch(tmp_path / "checkout")
    shutil.copytree(main_branch, made.root)
    monkeypatch.chdir(made.root)
    return made


def community(found: Review, name: str) -> CommunityReview:
    return next(each for each in found.communities if each.name == name)


def file(found: Review, path: str) -> FileReview:
    return next(each for each in found.files if each.path == path)


def only(found: Review) -> Verdict:
    """The one verdict of a change that has one."""
    verdicts = [verdict for each in found.communities for verdict in each.verdicts]
    assert len(verdicts) == 1, [verdict.setting for verdict in verdicts]
    assert not found.files
    return verdicts[0]
