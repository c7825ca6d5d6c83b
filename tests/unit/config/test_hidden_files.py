"""What an editor leaves in a folder for a while is no community, and no cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest

from deployer.cli.main import run
from deployer.cli.options import complete_names
from deployer.comparison.scope import Scope
from deployer.config import load_fleet
from deployer.project import Project
from deployer.review.codeowners import codeowners
from deployer.rollout.account import workflows
from deployer.rollout.preview_fleet import Look
from tests.conftest import CHECKOUT, checkout

LEFT = ("communities/.#demo.yaml", "clusters/.#example-gcp.yaml")


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A checkout in which somebody edits two files in Emacs, whose locks are links that lead nowhere."""
    with checkout() as made:
        for path in LEFT:
            (made.root / path).symlink_to("ada@laptop.example.org.4711:1763700000")
        (made.root / "policy.yaml").write_text((CHECKOUT / "policy.yaml").read_text())
        monkeypatch.chdir(made.root)
        yield Project(made.root)


def names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir() if not path.name.startswith("."))


@pytest.mark.parametrize(
    "words", [["status"], ["secrets", "check"], ["lanes"], ["validate"], ["validate", "communities/"]], ids=" ".join
)
def test_commands_on_all_communities(project: Project, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--json"]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert json.loads(said)
    assert ".#" not in said


def test_all_that_is_previewed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def preview_fleet(_: Project, names: Sequence[str], **__: object) -> list[Look]:
        """Stands in the engine's way."""
        asked.extend(names)
        return []

    monkeypatch.setattr("deployer.rollout.preview_fleet.preview_fleet", preview_fleet)
    assert run(["preview", "--all", "--simulate"]) == 0
    assert asked == names(project.communities)


def test_names_of_a_project(project: Project) -> None:
    assert list(project.community_names()) == names(project.communities)
    assert list(project.cluster_names()) == names(project.clusters)
    with click.Context(click.Command("deployer"), info_name="deployer") as ctx:
        ctx.params["project"] = project.root
        parameter = click.Argument(["name"])
        assert complete_names(ctx, parameter, "") == [*names(project.communities), *names(project.clusters)]
        assert complete_names(ctx, parameter, "dem") == ["demo"]


def test_what_reads_all_of_them(project: Project) -> None:
    assert load_fleet(project, ()).problems == ()
    assert workflows(project, "000000000000") is None
    assert ".#" not in codeowners(project)
    scope = Scope(affected=None, base=project, head=project, pairs=(), clusters=())  # type: ignore[arg-type]
    assert scope.people_on("demo") == ["demo"]
