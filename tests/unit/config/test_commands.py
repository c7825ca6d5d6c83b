"""`deployer validate`, `show` and `schema`, as people call them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deployer.cli.main import run
from deployer.config.load import parse
from deployer.project import Project

CHECKOUT = Path(__file__).parents[3]


def test_validate_says_one_line_when_all_is_fine(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate"]) == 0
    assert capsys.readouterr() == ("1 community, 2 hubs: all fine\n", "")


def test_validate_shows_problems_by_place(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.communities / "bad.yaml").write_text("name: bad\ntitle: Bad\ncluster: campsu\nhub: {imag: base}\n")
    assert run(["validate"]) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert lines[0].startswith("communities/bad.yaml:3:1: cluster: no cluster named 'campsu'; did you mean 'campus'?")
    assert lines[1].startswith("communities/bad.yaml:4:7: hub.imag: unknown key 'imag'; did you mean 'image'?")
    assert lines[2] == "2 problems in 1 of 2 communities; nothing was changed"


def test_validate_for_programs(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "neighbour", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"communities": 1, "hubs": 2, "problems": [], "warnings": []}
    (project.communities / "bad.yaml").write_text("name: bad\ntitle: Bad\ncluster: campus\nhub: {image: bse}\n")
    assert run(["validate", "bad", "--json"]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["file"], problem["line"], problem["column"], problem["path"]) == (
        "communities/bad.yaml",
        4,
        7,
        "hub.image",
    )


def test_validate_of_no_such_community(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "nieghbour"]) == 2
    assert "no community named 'nieghbour'; did you mean 'neighbour'?" in capsys.readouterr().err


def test_show_explains_every_line(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "neighbour", "--stage", "staging", "--explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    beside = {line.split("#")[0].strip(): line.split("# ")[1] for line in lines if "#" in line}
    assert beside["domain: staging.neighbour.example.org"] == "derived: staging. before hub.domain"
    assert beside["cluster_name: campus"] == "communities/neighbour.yaml:3"
    assert beside["cpu: 4"] == "clusters/campus.yaml:4"
    assert all("#" in line for line in lines if not line.endswith(":"))


def test_show_is_yaml_of_the_same_values(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "neighbour", "--stage", "prod", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)["prod"]
    for words in ([], ["--explain"]):
        assert run(["show", "neighbour", "--stage", "prod", *words]) == 0
        assert parse(capsys.readouterr().out, "shown").data == values
    assert run(["show", "neighbour"]) == 0
    shown = capsys.readouterr().out.split("---\n")
    assert [parse(text, "shown").data["stage"] for text in shown] == ["staging", "prod"]


def test_show_explains_for_programs(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "neighbour", "--stage", "prod", "--explain", "--json"]) == 0
    origins = json.loads(capsys.readouterr().out)["prod"]["origins"]
    assert origins["hub.domain"] == {
        "kind": "file",
        "place": {"file": "communities/neighbour.yaml", "line": 5, "column": 3},
        "how": "",
    }
    assert origins["hub.culling.idle_timeout_minutes"]["kind"] == "archetype"


def test_show_tells_all_that_is_wrong(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.communities / "bad.yaml").write_text("name: bad\ntitle: Bad\ncluster: campsu\nhub: {imag: base}\n")
    assert run(["show", "bad"]) == 2
    err = capsys.readouterr().err
    assert "communities/bad.yaml:3:1" in err
    assert "communities/bad.yaml:4:7" in err


def test_schema_is_written_once(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--check"]) == 1
    assert "not up to date: schemas/community.schema.json" in capsys.readouterr().err
    assert run(["schema"]) == 0
    assert (project.root / "docs" / "community-file.md").is_file()
    capsys.readouterr()
    assert run(["schema", "--check"]) == 0
    assert run(["schema", "--json"]) == 0
    assert '"written": []' in capsys.readouterr().out


@pytest.mark.parametrize("name", ["validate", "show", "schema"])
def test_help_has_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert f"  deployer {name}" in capsys.readouterr().out


def test_validate_does_not_pay_for_what_it_does_not_need() -> None:
    script = "import sys; from deployer.cli.main import run; run(['validate']); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "pydantic" in loaded
    assert not loaded & {"rich", "pulumi", "httpx", "difflib", "jsonschema", "obstore"}


@pytest.mark.parametrize("words", [[], ["charts"], ["secrets"], ["secrets", "recipients"], ["state"], ["tools"]])
def test_one_line_helps_are_whole(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run([*words, "--help"])
    commands = capsys.readouterr().out.partition("Usage:")[2].splitlines()[1:]
    assert not [line for line in commands if line.endswith("...")]
