"""Communities together: which there are, what they share, where they clash."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.config import load_deployments, load_each, load_fleet
from deployer.config.image_folder import folder_digest
from deployer.config.load import read_document
from deployer.errors import BadInput
from deployer.project import Project

PLAIN = "title: Another\ncluster: campus\n"


def write(project: Project, name: str, text: str = PLAIN) -> Path:
    file = project.communities / f"{name}.yaml"
    file.write_text(f"name: {name}\n{text}")
    return file


def test_sound_fleet(project: Project) -> None:
    write(project, "another")
    fleet = load_fleet(project)
    assert fleet.communities == ("another", "neighbour")
    assert (fleet.problems, fleet.warnings) == ((), ())
    assert fleet.summary == "2 communities, 4 hubs: all fine"


def test_summary_counts_problems_and_files(project: Project) -> None:
    write(project, "another", PLAIN + "titel: x\nhub: {imag: base}\n")
    (project.clusters / "unused.yaml").write_text("provider: cloud\n")
    fleet = load_fleet(project)
    assert fleet.summary == "3 problems in 1 of 2 communities and 1 other file"
    assert [problem.place.file for problem in fleet.problems] == [
        "clusters/unused.yaml",
        "communities/another.yaml",
        "communities/another.yaml",
    ]


def test_unknown_name_suggests_and_lists(project: Project) -> None:
    for load in (load_deployments, lambda where, name: load_fleet(where, [name])):
        with pytest.raises(BadInput) as error:
            load(project, "neighbor")
        assert error.value.fault == "no community named 'neighbor'; did you mean 'neighbour'? (communities: neighbour)"


def test_fault_of_a_shared_file_is_told_once(project: Project) -> None:
    (project.clusters / "campus.yaml").write_text("provider: local\nnode_pools:\n  core: {role: core, cpu: 1}\n")
    for number in range(3):
        write(project, f"another-{number}")
    fleet = load_fleet(project)
    assert [str(problem) for problem in fleet.problems] == [
        "clusters/campus.yaml:3:3: node_pools.core.memory_gib: it is missing; write e.g. memory_gib: 32"
    ]
    with pytest.raises(BadInput):
        load_deployments(project, "another-1")


def test_clash_is_told_to_both_and_keeps_either_from_being_deployed(project: Project) -> None:
    write(project, "another", PLAIN + "hub: {domain: neighbour.example.org}\n")
    fleet = load_fleet(project)
    assert [problem.place.file for problem in fleet.problems] == [
        "communities/another.yaml",
        "communities/neighbour.yaml",
    ]
    for name in ("another", "neighbour"):
        with pytest.raises(BadInput, match="1 problem"):
            load_deployments(project, name)


def test_faults_of_others_do_not_keep_one_from_being_deployed(project: Project) -> None:
    write(project, "another", "]")
    loaded = load_deployments(project, "neighbour")
    assert list(loaded.deployments) == ["staging", "prod"]


def test_draft_elsewhere_stands_for_the_community_of_its_name(project: Project, tmp_path: Path) -> None:
    draft = tmp_path / "neighbour.yaml"
    draft.write_text((project.communities / "neighbour.yaml").read_text() + "  image: plots\n")
    assert load_fleet(project, [str(draft)]).problems == ()
    other = tmp_path / "other.yaml"
    other.write_text(draft.read_text().replace("name: neighbour", "name: other"))
    assert "neighbour's domain in prod too" in str(load_fleet(project, [str(other)]).problems[0])


def test_folder_of_drafts(project: Project, tmp_path: Path) -> None:
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    for name in ("one", "two"):
        (drafts / f"{name}.yaml").write_text(f"name: {name}\n{PLAIN}")
    assert load_fleet(project, [str(drafts)]).communities == ("one", "two")


def test_file_that_would_never_be_read(project: Project) -> None:
    (project.communities / "late.yml").write_text(f"name: late\n{PLAIN}")
    (project.communities / ".#neighbour.yaml").symlink_to("somebody@machine.1234")  # as an editor leaves it
    assert [str(problem) for problem in load_fleet(project).problems] == [
        "communities/late.yml:1:1: it is never read: community files end in .yaml; rename it to late.yaml"
    ]


def test_deployments_are_frozen_and_equal_when_nothing_changed(project: Project) -> None:
    first, second = (load_deployments(project, "neighbour").deployments["prod"] for _ in range(2))
    assert first == second
    with pytest.raises(ValueError, match="frozen"):
        first.hub.image = "plots"  # type: ignore[misc]


def test_cloud_speaks_before_a_deploy(project: Project) -> None:
    said = load_deployments(project, "neighbour").warnings
    assert any("run as the user who deploys" in warning.fault for warning in said)
    assert all(warning.severity == "warning" for warning in said)


def test_digest_tells_images_apart(tmp_path: Path) -> None:
    folder = tmp_path / "image"
    (folder / "below").mkdir(parents=True)
    (folder / "a").write_text("xy")
    (folder / "below" / "b").write_text("z")
    before = folder_digest(folder)
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "junk.pyc").write_text("x")
    assert folder_digest(folder) == before
    (folder / "a").write_text("x")
    (folder / "below" / "b").write_text("yz")
    changed = folder_digest(folder)
    assert changed != before
    (folder / "below" / "b").rename(folder / "below" / "c")
    assert folder_digest(folder) not in (before, changed)


def test_image_that_is_not_all_in_its_folder(project: Project) -> None:
    (project.images / "base" / "requirements.txt").symlink_to(project.root / "Pulumi.yaml")
    (problem,) = load_fleet(project).problems
    assert str(problem.place) == "images/base/image.yaml:1:1"
    assert problem.fault == "the link requirements.txt leads out of the image's folder"


def test_links_inside_an_image_are_fine(project: Project) -> None:
    (project.images / "base" / "other.yaml").symlink_to("image.yaml")
    assert load_fleet(project).problems == ()


def test_each_as_if_it_were_loaded_alone(project: Project) -> None:
    write(project, "sound")
    write(project, "wrong", PLAIN + "titel: x\n")
    write(project, "first", PLAIN + "hub: {domain: hub.example.org}\n")
    write(project, "second", PLAIN + "hub: {domain: hub.example.org}\n")
    names = ["sound", "wrong", "first", "second"]
    loaded = load_each(project, names)
    assert list(loaded) == names
    for name in names:
        found = loaded[name]
        if isinstance(found, BadInput):
            with pytest.raises(BadInput) as alone:
                load_deployments(project, name)
            assert (found.fault, found.problems) == (alone.value.fault, alone.value.problems)
        else:
            assert found.deployments == load_deployments(project, name).deployments
    assert [name for name, found in loaded.items() if isinstance(found, BadInput)] == ["wrong", "first", "second"]


def test_a_fleet_is_read_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"community-{number}" for number in range(5)]
    for name in names:
        write(project, name)
    read: list[str] = []

    def counting(path: Path, label: str) -> object:
        read.append(path.stem)
        return read_document(path, label)

    monkeypatch.setattr("deployer.config.fleet.read_document", counting)
    load_each(project, names)
    assert sorted(read) == [*names, "neighbour"]
