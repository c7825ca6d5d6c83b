"""What workflows deploy side by side."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from deployer.config import Loaded, load_each
from deployer.errors import BadInput
from deployer.project import Project
from deployer.rollout.fleet.waves import MANY
from deployer.rollout.lanes import FLEET, divided
from tests.conftest import Checkout, checkout

COMMUNITY = "name: {name}\ntitle: {name}\narchetype: teaching\ncluster: {cluster}\nhub:\n  domain: {name}.example.org\n"
ZERO = "0" * 40


@pytest.fixture
def fleet() -> Iterator[Checkout]:
    """A repository with three communities on a cluster that workflows may deploy, and one on this machine."""
    with checkout() as made:
        for old in (made.root / "communities").iterdir():
            if old.name != "demo.yaml":
                old.unlink()
        cluster = (made.root / "clusters" / "example-gcp.yaml").read_text()
        made.write("clusters/example-gcp.yaml", f'{cluster}github: {{repository_id: "123456789"}}\n')
        for name in ("lake", "ocean", "river"):
            made.write(f"communities/{name}.yaml", COMMUNITY.format(name=name, cluster="example-gcp"))
        git(made.root, "init", "--quiet", "--initial-branch", "main")
        committed(made.root)
        yield made


def git(folder: Path, *words: str) -> str:
    named = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
    return subprocess.run(
        ["git", *named, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def committed(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A change")
    return git(folder, "rev-parse", "HEAD")


def lanes(fleet: Checkout, *words: str) -> tuple[list[str], list[str]]:
    run = fleet.run("lanes", *words, "--json")
    assert run.code == 0, run.text
    return [lane["names"] for lane in run.json["lanes"]], run.json["by_hand"]


def test_a_lane_for_each_community_that_changed(fleet: Checkout) -> None:
    before = git(fleet.root, "rev-parse", "HEAD")
    assert lanes(fleet, "--since", before) == ([], [])
    for name in ("ocean", "demo"):
        file = fleet.root / "communities" / f"{name}.yaml"
        file.write_text(file.read_text().replace("title: ", "title: New ", 1))
    committed(fleet.root)
    assert lanes(fleet, "--since", before) == (["ocean"], ["demo"])
    assert lanes(fleet, "--since", before, "--names", "river  lake") == (["lake", "river"], [])


def test_what_no_workflow_does_is_said(fleet: Checkout) -> None:
    before = git(fleet.root, "rev-parse", "HEAD")
    (fleet.root / "communities" / "lake.yaml").unlink()
    committed(fleet.root)
    assert lanes(fleet, "--since", before) == ([], [])
    assert (
        "lake has no file any more, and stays as it is: deployer destroy lake"
        in fleet.run("lanes", "--since", before).out
    )


def test_a_cluster_comes_with_those_on_it(fleet: Checkout) -> None:
    before = git(fleet.root, "rev-parse", "HEAD")
    file = fleet.root / "clusters" / "example-gcp.yaml"
    file.write_text(file.read_text().replace("max_nodes: 20", "max_nodes: 21"))
    other = file.with_name("other-gcp.yaml")
    other.write_text(file.read_text())
    committed(fleet.root)
    names, by_hand = lanes(fleet, "--since", before)
    assert "lake" in names
    assert by_hand == []


def test_all_files_are_read_once(fleet: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    before = git(fleet.root, "rev-parse", "HEAD")
    file = fleet.root / "clusters" / "example-gcp.yaml"
    file.write_text(file.read_text().replace("max_nodes: 20", "max_nodes: 21"))
    committed(fleet.root)
    read: list[Sequence[str]] = []

    def reading(project: Project, names: Sequence[str]) -> Mapping[str, Loaded | BadInput]:
        read.append(names)
        return load_each(project, names)

    monkeypatch.setattr("deployer.rollout.lanes.load_each", reading)
    assert "lake" in [lane.name for lane in divided(Project(fleet.root), since=before, names=()).lanes]
    assert read == [("demo", "lake", "ocean", "river")]


@pytest.mark.parametrize("since", ["", ZERO])
def test_all_where_nothing_is_known_of_before(fleet: Checkout, since: str) -> None:
    assert lanes(fleet, "--since", since) == (["lake", "ocean", "river"], ["demo"])


def test_one_that_cannot_be_read_has_a_lane_of_its_own_to_fail_in(fleet: Checkout) -> None:
    fleet.write("communities/lake.yaml", "name: lake\nnonsense: 1\n")
    assert lanes(fleet) == (["lake", "ocean", "river"], ["demo"])


def test_many_are_one_lane_with_everybody_in_it(fleet: Checkout) -> None:
    names = [f"many-{number:02}" for number in range(MANY)]
    for name in names:
        fleet.write(f"communities/{name}.yaml", COMMUNITY.format(name=name, cluster="example-gcp"))
    assert len(lanes(fleet, "--names", " ".join(names))[0]) == MANY
    run = fleet.run("lanes", "--names", " ".join([*names, "ocean"]), "--json")
    assert run.json["lanes"] == [
        {"name": FLEET, "names": " ".join(["lake", *names, "ocean", "river"]), "several": True}
    ]


def test_what_a_workflow_reads(fleet: Checkout, tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.write_text("other=1\n")
    run = fleet.run("lanes", "--names", "ocean demo", "--output", str(output))
    assert run.code == 0, run.text
    assert "by hand: demo" in run.out
    first, second = output.read_text().splitlines()
    assert first == "other=1"
    assert json.loads(second.removeprefix("lanes=")) == [{"name": "ocean", "names": "ocean", "several": False}]


@pytest.mark.parametrize("names", ["nobody", "ocean;rm", "--all", "$(id)"])
def test_names_are_those_of_communities(fleet: Checkout, names: str) -> None:
    run = fleet.run("lanes", "--names", names)
    assert run.code == 2
    assert f"no community named {names.split()[0]!r}" in run.err
    assert run.out == ""


@pytest.mark.parametrize("odd", ["--all", "lake ocean", "*", "all communities"])
def test_a_file_whose_name_would_be_another_command_is_in_no_lane(fleet: Checkout, odd: str) -> None:
    fleet.write(f"communities/{odd}.yaml", COMMUNITY.format(name="odd", cluster="example-gcp"))
    run = fleet.run("lanes", "--since", "", "--json")
    assert run.code == 0, run.text
    assert [lane["names"] for lane in run.json["lanes"]] == ["lake", "ocean", "river"]
    assert run.json["notes"] == [f"communities/{odd}.yaml is left alone, since no community may have that name"]


def test_a_commit_that_is_not_there(fleet: Checkout) -> None:
    run = fleet.run("lanes", "--since", "f" * 40)
    assert run.code == 2
    assert "fetch-depth: 0" in run.err
