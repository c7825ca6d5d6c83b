"""A comment that nothing in a file can get out of, and that GitHub takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from deployer.comparison.danger import Danger
from deployer.comparison.result import Comparison, Part, StackPreview
from deployer.config.differences import MISSING, Difference
from deployer.config.setting_changes import Changes, SettingChange
from deployer.errors import Place, Problem
from deployer.report.markdown import LONGEST_COMMENT, MARKER, NOTHING_CHANGES, SAFE, comment
from deployer.report.markdown_text import diff_block, label, span
from deployer.rollout.engine.events import Change

HOSTILE = (
    "`", "``", "a`b``c", "`x", "x`", "</details>", "</summary>", "@everyone", "```\n# head\n```", "<!-- x -->",
    "[a](http://example.org)", "line\n\n# heading", "a\u202eb", "a\u200bb", "a\x1b[31mb", "\n", "",
    "<img src=x onerror=alert(1)>", "| a | b |", "#1", "\\`", "&lt;b&gt;", "~~~", "- [x] done",
)  # fmt: skip
SECRETS = (
    "ghp_" + "a" * 36,
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    "AGE-SECRET-KEY-1" + "Q" * 58,
    "https://user:hunter2@example.org/x",
    "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
)
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)", re.DOTALL)
"""A code span as CommonMark reads one: opened and closed by runs of the same length."""


def _setting(value: str) -> SettingChange:
    place = Place("communities/a.yaml", 7)
    return SettingChange(place=place, path="hub.x", setting=f"profile {value}: x", old=value, new=f"{value}!")


def _stack(part: str, values: Sequence[str], **more: object) -> StackPreview:
    differences = [Difference(("jupyterhub", value, "x"), value, MISSING) for value in values]
    return StackPreview(
        part=part,
        stack=f"a-{part}",
        asked=Changes(settings=[_setting(value) for value in values], values=differences),
        changes=[Change(urn=v, type="x:y:Z", name=v, operation="update", properties=(v,)) for v in values],
        **more,  # type: ignore[arg-type]
    )


def _comparison(*parts: Part, problems: Sequence[Problem] = ()) -> Comparison:
    return Comparison(since="main", base="f" * 40, simulated=True, parts=parts, problems=problems)


def _outside(text: str) -> str:
    """What GitHub reads as Markdown and HTML: all but code."""
    return SPAN.sub("", re.sub(r"<code>[^<]*</code>", "", text))


@pytest.mark.parametrize("value", HOSTILE)
def test_one_span_holds_all_of_it(value: str) -> None:
    text = span(value)
    match = SPAN.fullmatch(text)
    assert match, text
    assert "\n" not in text


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_gets_out(value: str) -> None:
    part = Part(name=value or "a", title=value, fate="new", url=value, stacks=[_stack("prod", [value])])
    problem = Problem(place=Place(value or "f"), path=value, fault=value)
    text = comment(_comparison(*[part] * 5, problems=[problem]))
    left = _outside(text)
    assert "@" not in left
    assert "http" not in left
    assert "img" not in left
    assert left.count("<details>") == left.count("</details>") == text.count("<details><summary>")
    assert not re.search(r"[\u200b\u202e\x1b]", text)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_secret_is_not_shown_wherever_it_stands(secret: str) -> None:
    part = Part(name="a", title=secret, stacks=[_stack("prod", [secret], failure=secret)])
    text = comment(_comparison(part))
    core = "hunter2" if "hunter2" in secret else secret.split("\n")[0]
    assert core not in text
    assert "MIIE" not in text
    assert "not shown" in text


def test_blocks_and_labels_hold_too() -> None:
    assert diff_block(["+ ```", "- x"])[0] == "````diff"
    assert label("</code><b>@x") == "<code>&lt;/code&gt;&lt;b&gt;@x</code>"


def test_stages_that_say_the_same_are_told_once() -> None:
    part = Part(name="a", stacks=[_stack("prod", ["v"]), _stack("staging", ["v"])])
    assert comment(_comparison(part)).count("profile v: x") == 1
    other = Part(name="a", stacks=[_stack("prod", ["v"]), _stack("staging", ["w"])])
    said = comment(_comparison(other))
    assert said.index("**Staging**") < said.index("**Prod**")


def test_small_changes_are_open_and_large_ones_folded() -> None:
    few = comment(_comparison(*[Part(name=f"c{n}", stacks=[_stack("prod", ["v"])]) for n in range(3)]))
    many = comment(_comparison(*[Part(name=f"c{n}", stacks=[_stack("prod", ["v"])]) for n in range(4)]))
    assert "#### `c0`" in few
    assert "####" not in many
    assert many.count("<details><summary><b><code>c") == 4


@pytest.mark.parametrize("count", [60, 400])
def test_never_longer_than_github_takes(count: int) -> None:
    values = [f"{n} " + "x" * 150 for n in range(25)]
    stacks = [_stack("prod", values)]
    said = comment(_comparison(*[Part(name=f"community-{n:04}", stacks=stacks) for n in range(count)]))
    assert len(said) <= LONGEST_COMMENT
    assert said.startswith(f"{MARKER}\n")
    assert "This comment was cut" in said
    assert "Without details: " in said or "Left out: " in said
    assert said.count("<details>") == said.count("</details>")
    assert said.rstrip().endswith("</sub>")


def test_data_is_shouted_first() -> None:
    danger = Danger("data", "a-prod", "delete", "Bucket b", "people's data is in it")
    part = Part(name="a", stacks=[_stack("prod", ["v"], dangers=[danger])])
    lines = comment(_comparison(part)).splitlines()
    assert lines[3:6] == [
        "> [!CAUTION]",
        "> **DATA IS AT RISK**",
        "> - `a-prod`: `Bucket b` would be deleted: people's data is in it",
    ]
    assert SAFE not in "\n".join(lines)


def test_nothing_is_said_so() -> None:
    assert NOTHING_CHANGES in comment(_comparison())
