"""CODEOWNERS is made from contacts and operators, and says nothing that GitHub would read otherwise."""

from __future__ import annotations

import fnmatch
from pathlib import Path

import pytest

from deployer.cli.main import run
from deployer.errors import BadInput
from deployer.project import Project
from deployer.review.codeowners import CODEOWNERS, codeowners, stale, write
from tests.unit.review.conftest import CHECKOUT, Branch

OPERATORS = "@example-org/hub-operators"


def owners(text: str, path: str) -> list[str]:
    """GitHub's own rule: the last line that fits decides."""
    found: list[str] = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            pattern, *named = line.split(" ")
            if pattern == "*" or fnmatch.fnmatchcase(f"/{path}", pattern):
                found = named
    return found


def test_it_is_up_to_date() -> None:
    assert stale(Project(CHECKOUT)) is None, "run: deployer codeowners"


def test_a_communitys_files_are_its_maintainers_and_all_else_the_operators(branch: Branch) -> None:
    text = codeowners(branch.project)
    for folder in ("communities", "secrets"):
        assert owners(text, f"{folder}/class-aws.yaml") == ["@ada", OPERATORS]
        assert owners(text, f"{folder}/seminar-gcp.yaml") == ["@example-org/hub-team", OPERATORS]
        assert owners(text, f"{folder}/demo.yaml") == [OPERATORS], "it names nobody on GitHub"
    for path in (
        "policy.yaml",
        CODEOWNERS,
        "clusters/example-gcp.yaml",
        "images/base/image.yaml",
        "deployer/errors.py",
    ):
        assert owners(text, path) == [OPERATORS]


@pytest.mark.parametrize(
    "name", ["[a-z]", "!not", "line\nbreak", "#hash", "two words", "a*", "que?tion", "back\\slash"]
)
def test_names_that_no_community_may_have_fall_to_the_operators(branch: Branch, name: str) -> None:
    branch.write(f"communities/{name}.yaml", "contacts: [{name: A, email: a@example.org, github: mallory}]\n")
    assert "mallory" not in codeowners(branch.project)


@pytest.mark.parametrize(
    "contact", ["{name: A, email: a@example.org, github: '@mallory * @eve'}", "mallory", "{github: 1}"]
)
def test_contacts_that_are_wrong_own_nothing(branch: Branch, contact: str) -> None:
    branch.write("communities/odd.yaml", f"contacts: [{contact}]\n")
    assert "mallory" not in codeowners(branch.project)


def test_the_command_writes_and_checks(branch: Branch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["codeowners", "--check"]) == 1
    assert "bring it up to date with: deployer codeowners" in capsys.readouterr().err
    assert run(["codeowners"]) == 0
    assert run(["codeowners", "--check"]) == 0
    assert not write(branch.project)
    assert capsys.readouterr().out.splitlines() == [f"written: {CODEOWNERS}", f"{CODEOWNERS} is up to date"]


def test_without_a_policy_there_is_nobody_to_name(branch: Branch) -> None:
    Path("policy.yaml").unlink()
    with pytest.raises(BadInput, match=r"there is no policy\.yaml"):
        codeowners(branch.project)
