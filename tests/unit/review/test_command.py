"""`deployer review` as workflows use it: exit codes, approvals, JSON, and the comment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pytest

from deployer.cli.main import run
from tests.unit.comparison.test_markdown import SPAN
from tests.unit.review.conftest import CHECKOUT, Branch

SEMINAR = "communities/seminar-gcp.yaml"
CLASS = "communities/class-aws.yaml"
TEAM, OPERATORS = "example-org/hub-team", "example-org/hub-operators"


def edit_own(branch: Branch) -> None:
    branch.edit(SEMINAR, ("title: Seminar on ocean data", "title: Ocean data"))


def edit_both(branch: Branch) -> None:
    edit_own(branch)
    branch.edit(CLASS, ("servers: 280", "servers: 260"))


def edit_more(branch: Branch) -> None:
    edit_own(branch)
    branch.edit(CLASS, ("max_nodes: 8", "max_nodes: 7"))


def edit_nothing(branch: Branch) -> None:
    branch.edit(SEMINAR, ("# A seminar of twenty", "# Twenty"))


@pytest.mark.parametrize(
    ("edit", "arguments", "code"),
    [
        (edit_nothing, [], 0),
        (edit_nothing, ["--require", "own"], 0),
        (edit_nothing, ["--require", "operators"], 0),
        (edit_own, [], 0),
        (edit_own, ["--require", "own"], 3),
        (edit_own, ["--require", "operators"], 0),
        (edit_own, ["--approved-by", "mallory"], 3),
        (edit_own, ["--approved-by", TEAM], 0),
        (edit_own, ["--approved-by", "@Example-Org/Hub-Team"], 0),
        (edit_own, ["--approved-by", OPERATORS], 0),
        (edit_both, ["--approved-by", TEAM], 3),
        (edit_both, ["--approved-by", TEAM, "--approved-by", "ada"], 0),
        (edit_both, ["--approved-by", OPERATORS], 0),
        (edit_more, [], 0),
        (edit_more, ["--require", "operators"], 3),
        (edit_more, ["--require", "own"], 3),
        (edit_more, ["--require", "own", "--approved-by", TEAM], 0),
        (edit_more, ["--require", "operators", "--approved-by", TEAM, "--approved-by", "ada"], 3),
        (edit_more, ["--approved-by", TEAM, "--approved-by", "ada"], 3),
        (edit_more, ["--approved-by", OPERATORS], 0),
    ],
)
def test_exit_codes_tell_what_is_missing(
    branch: Branch, edit: Callable[[Branch], None], arguments: list[str], code: int
) -> None:
    edit(branch)
    assert run(["review", "--base", "main", *arguments]) == code


def test_the_text_says_who_and_why_at_the_line(branch: Branch, capsys: pytest.CaptureFixture[str]) -> None:
    edit_more(branch)
    assert run(["review", "--base", "main"]) == 0
    out = capsys.readouterr().out.splitlines()
    line = 1 + next(
        n for n, text in enumerate((branch.root / CLASS).read_text().splitlines()) if "max_nodes: 7" in text
    )
    assert "class-aws: operators" in out
    assert any(text.startswith(f"  {CLASS}:{line}:") and "8 -> 7" in text for text in out)
    assert "seminar-gcp: own maintainers" in out
    assert out[-1] == f"an operator's approval is needed ({OPERATORS})"


def test_json_is_the_whole_verdict(branch: Branch, capsys: pytest.CaptureFixture[str]) -> None:
    edit_both(branch)
    branch.write(".github/workflows/x.yaml", "on: push\n")
    assert run(["review", "--base", "main", "--json", "--approved-by", TEAM]) == 3
    said = json.loads(capsys.readouterr().out)
    assert said["needs"] == "operators"
    assert said["operators"] == [OPERATORS]
    assert said["communities"]["class-aws"]["maintainers"] == ["ada"]
    change = said["communities"]["seminar-gcp"]["changes"][0]
    assert (change["who"], change["rule"], change["path"]) == ("own", "name-and-page", "title")
    assert change["place"].startswith(f"{SEMINAR}:")
    assert said["files"] == [
        {
            "path": ".github/workflows/x.yaml",
            "who": "operators",
            "reason": "What runs with the operators' rights, and whom GitHub asks.",
            "communities": [],
        }
    ]
    assert said["missing"] == [{"part": "what needs an operator", "anyone_of": [OPERATORS]}]


def test_the_comment_is_the_same_each_time_and_nothing_in_it_is_markup(
    branch: Branch, capsys: pytest.CaptureFixture[str]
) -> None:
    branch.edit(SEMINAR, ("title: Seminar on ocean data", "title: '`|<img src=x> @mallory [x](http://example.org)'"))
    branch.write("docs/@mallory|`<b>`.md", "")
    branch.commit()
    assert run(["review", "--base", "main", "--format", "markdown"]) == 0
    first = capsys.readouterr().out
    assert run(["review", "--base", "main", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == first
    assert first.startswith("<!-- deployer review -->\n### Who decides: operators\n")
    cells = [line for line in first.splitlines() if line.startswith("| `")]
    assert len(cells) == 2
    for line in cells:
        assert line.count("|") == 4, "three cells"
        outside = SPAN.sub("", line)
        assert "mallory" not in outside
        assert "<" not in outside


def test_a_long_comment_is_folded(branch: Branch, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        branch.write(f"docs/{number}.md", "")
    assert run(["review", "--base", "main", "--format", "markdown"]) == 0
    assert "<details><summary>30 lines</summary>" in capsys.readouterr().out


def test_a_full_name_cannot_be_hidden_by_a_tag(branch: Branch) -> None:
    """Whoever may push tags could choose what they are compared with: git takes `origin/main` for the tag first."""
    branch.git("update-ref", "refs/remotes/origin/main", "main")
    branch.edit("policy.yaml", (f"operators: [{OPERATORS}]", "operators: [mallory]"))
    branch.commit()
    assert run(["review", "--base", "origin/main", "--require", "operators"]) == 3
    branch.git("tag", "origin/main")
    assert run(["review", "--base", "origin/main", "--require", "operators"]) == 0, "the tag, on the change itself"
    assert run(["review", "--base", "refs/remotes/origin/main", "--require", "operators"]) == 3


@pytest.mark.parametrize("gone", ["Pulumi.yaml", "communities"])
def test_a_change_that_is_no_project_any_more_is_the_operators(
    branch: Branch, capsys: pytest.CaptureFixture[str], gone: str
) -> None:
    """In a workflow it stands in a folder of the base, which is then the project that is found."""
    shutil.copy(CHECKOUT / ".gitignore", branch.root)
    branch.commit()
    branch.git("update-ref", "refs/remotes/origin/main", "HEAD")
    branch.git("clone", "--quiet", ".", "change")
    branch.git("-C", "change", "rm", "--quiet", "-r", gone)
    branch.git("-C", "change", "commit", "--quiet", "--message", "A change")
    base = "refs/remotes/origin/main"
    assert run(["--project", "change", "review", "--base", base, "--require", "operators"]) == 3
    assert "change/: operators: A link or a repository inside this one" in capsys.readouterr().out


def test_a_reference_that_is_not_there(branch: Branch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "--base", "elsewhere"]) == 2
    assert "git knows no commit named 'elsewhere'" in capsys.readouterr().err
