"""Where only files changed, what they resolve to decides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deployer.affected.names import Files
from deployer.affected.pairs import pairs
from deployer.config import Loaded
from deployer.errors import BadInput
from deployer.project import Project
from tests.unit.affected.conftest import CHECKOUT, SHARING, Fork, told

LAB = "provider: local\nlocal: {folder: /srv/lab, cpu: 8, memory_gib: 64}\n"
SHARERS = {f"{name}-{stage}" for name in ("maths", "physics") for stage in ("staging", "prod")}


def test_nothing_changed(fork: Fork) -> None:
    assert told(fork.affected()) == {}


def test_words_that_resolve_to_the_same_affect_nothing(fork: Fork) -> None:
    fork.edit("communities/alone.yaml", "hub: {domain", "# the hub\narchetype: research\nhub: {domain")
    fork.edit("clusters/campus.yaml", "cpu: 64", "cpu: 64.0")
    fork.write("docs/anything.md", "Read me.\n")
    fork.write("tests/test_anything.py", "x = 1\n")

    result = fork.affected()

    assert told(result) == {}
    assert result.base == fork.git("rev-parse", "main")


def test_own_file_with_the_place_of_the_setting(fork: Fork) -> None:
    fork.edit(
        "communities/alone.yaml", "domain: alone.example.org", "domain: alone.example.org, max_running_servers: 7"
    )

    result = fork.affected()

    assert told(result) == {"alone-prod": ["own file"], "alone-staging": ["own file"]}
    assert result.stacks[0].reasons[0].text.endswith("communities/alone.yaml:4:34 hub.max_running_servers")
    assert result.communities == ("alone",)


def test_one_stage_alone(fork: Fork) -> None:
    text = (fork.root / "communities/alone.yaml").read_text()
    fork.write("communities/alone.yaml", text + "stages: {prod: {hub: {max_running_servers: 7}}}\n")

    assert told(fork.affected()) == {"alone-prod": ["own file"]}


def test_a_cluster_of_its_own_is_a_stack_too(fork: Fork) -> None:
    fork.edit("communities/alone.yaml", "{provider: local}", "{provider: local, local: {memory_gib: 9}}")

    assert told(fork.affected()) == {key: ["own file"] for key in ("alone-cluster", "alone-prod", "alone-staging")}


def test_a_shared_cluster(fork: Fork) -> None:
    fork.edit("clusters/campus.yaml", "cpu: 64", "cpu: 65")

    result = fork.affected()

    assert told(result) == {"campus-cluster": ["own file"], **{key: ["shared cluster"] for key in SHARERS}}
    assert result.clusters == ("campus",)


def test_an_image(fork: Fork) -> None:
    fork.write("images/plots/requirements.txt", "jupyterlab==4.5.1\n")
    fork.write("images/unused/image.yaml", "title: Unused\n")

    assert told(fork.affected()) == {key: ["image"] for key in SHARERS}


def test_the_image_that_is_named_by_saying_nothing(fork: Fork) -> None:
    fork.write("images/base/requirements.txt", "jupyterlab==4.5.1\n")

    assert told(fork.affected()) == {key: ["image"] for key in ("alone-prod", "alone-staging")}


def test_an_archetype_is_a_file_among_the_code(fork: Fork) -> None:
    folder = fork.root / "deployer/config/archetypes"
    shutil.copytree(CHECKOUT / "deployer/config/archetypes", folder)
    fork.commit()
    text = (folder / "teaching.yaml").read_text()
    (folder / "teaching.yaml").write_text(text + "  max_running_servers: 77\n")

    assert told(fork.affected("HEAD")) == {key: ["archetype"] for key in SHARERS}


def test_what_others_did_on_the_other_branch_is_not_undone_here(fork: Fork) -> None:
    fork.git("checkout", "--quiet", "-b", "mine")
    fork.edit("communities/alone.yaml", "alone hub", "Hub of one")
    fork.commit()
    fork.git("checkout", "--quiet", "main")
    fork.edit("communities/maths.yaml", "maths hub", "Hub of numbers")
    fork.commit()
    fork.git("checkout", "--quiet", "mine")

    assert fork.affected().communities == ("alone",)


def test_gone_communities_are_named_with_their_stacks(fork: Fork) -> None:
    (fork.root / "communities/alone.yaml").unlink()

    result = fork.affected()

    assert told(result) == {}
    assert [(gone.name, gone.stacks) for gone in result.gone] == [
        ("alone", ("alone-staging", "alone-prod", "alone-cluster"))
    ]


def test_a_gone_cluster_is_named_too(fork: Fork) -> None:
    for name in ("maths", "physics"):
        (fork.root / f"communities/{name}.yaml").unlink()
    (fork.root / "clusters/campus.yaml").unlink()

    assert [gone.name for gone in fork.affected().gone] == ["campus", "maths", "physics"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SHARING.format(name="numbers").replace("numbers.example", "maths.example"), "one domain"),
        (SHARING.format(name="numbers").replace("numbers hub", "maths hub"), "most of its lines"),
    ],
)
def test_renamed_communities_are_joined(fork: Fork, text: str, why: str) -> None:
    (fork.root / "communities/maths.yaml").unlink()
    fork.write("communities/numbers.yaml", text)

    result = fork.affected()

    assert [(each.before, each.name, each.stacks) for each in result.renamed] == [
        ("maths", "numbers", ("maths-staging", "maths-prod"))
    ], why
    assert told(result) == {key: ["renamed"] for key in ("numbers-prod", "numbers-staging")}
    assert not result.gone


def test_another_community_in_the_place_of_one_is_no_rename(fork: Fork) -> None:
    (fork.root / "communities/maths.yaml").unlink()
    fork.write(
        "communities/sea.yaml",
        "name: sea\ntitle: Oceans\ncluster: campus\nhub:\n  domain: sea.example.org\n  max_running_servers: 5\n",
    )

    result = fork.affected()

    assert [gone.name for gone in result.gone] == ["maths"]
    assert told(result) == {key: ["new"] for key in ("sea-prod", "sea-staging")}


def test_moved_communities_are_told_with_both_places(fork: Fork) -> None:
    fork.write("clusters/lab.yaml", LAB)
    fork.edit("communities/maths.yaml", "cluster: campus", "cluster: lab")

    result = fork.affected()

    (moved,) = result.moved
    assert (moved.name, str(moved.before), str(moved.after)) == (
        "maths",
        "campus (local, /srv/hubs)",
        "lab (local, /srv/lab)",
    )
    assert told(result)["maths-prod"] == ["moved", "own file"]
    assert told(result)["lab-cluster"] == ["new"]


def test_what_is_not_sound_is_affected_and_told(fork: Fork) -> None:
    fork.edit("communities/alone.yaml", "title: alone hub", "titel: alone hub")

    result = fork.affected()

    assert told(result) == {key: ["unknown"] for key in ("alone-prod", "alone-staging")}
    assert any("titel" in str(problem) for problem in result.problems)


def test_a_secret_is_told_by_its_name_alone(fork: Fork) -> None:
    encrypted = "ENC[AES256_GCM,data:{},iv:aaaa,tag:bbbb,type:str]"
    fork.write("secrets/alone.yaml", f"prod: {{client_secret: '{encrypted.format('canary')}'}}\n")
    fork.commit()
    fork.write("secrets/alone.yaml", f"prod: {{client_secret: '{encrypted.format('yellow')}'}}\n")

    result = fork.affected("HEAD")

    assert [(stack.stack, str(stack.reasons[0])) for stack in result.stacks] == [
        ("alone-prod", "own file: secrets/alone.yaml")
    ]
    assert "canary" not in repr(result)
    assert "yellow" not in repr(result)


def test_where_the_state_is_concerns_every_stack(fork: Fork) -> None:
    fork.edit("Pulumi.yaml", "file://.state", "gs://states")

    assert set(told(fork.affected())) == SHARERS | {"campus-cluster", "alone-cluster", "alone-staging", "alone-prod"}


def test_a_reference_that_git_does_not_know(fork: Fork) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        fork.affected("nowhere")


def test_pairs_resolve_both_sides_of_what_may_differ(fork: Fork, tmp_path: Path) -> None:
    base = shutil.copytree(fork.root, tmp_path / "base")
    fork.edit("communities/maths.yaml", "archetype: teaching", "archetype: event")
    (fork.root / "communities/alone.yaml").unlink()

    changed = ["communities/maths.yaml", "communities/alone.yaml"]
    alone, maths = pairs(Project(base), Project(fork.root), changed=changed)

    assert (alone.name, alone.gone, maths.name, maths.moved) == ("alone", True, "maths", False)
    assert isinstance(maths.before, Loaded)
    assert isinstance(maths.after, Loaded)
    assert maths.before.deployments["prod"].archetype == "teaching"
    assert Files(Project(base)).communities == {"alone", "maths", "physics"}
