"""The comment below a pull request: nothing that its author wrote is markup, a mention or a link in it."""

from __future__ import annotations

import re

import pytest

from deployer.errors import Place
from deployer.report.review import markdown
from deployer.review import CommunityReview, FileReview, Missing, Review, Verdict
from deployer.review.verdict import Who
from tests.unit.comparison.test_markdown import HOSTILE, SECRETS, SPAN


def review(value: str, who: Who) -> Review:
    verdict = Verdict(
        who=who,
        rule="limits",
        reason=f"A limit: {value}",
        beyond=(f"role {value} has more",),
        place=Place(value, 3),
        path=value,
        setting=value,
        old=value,
        new=value,
    )
    community = CommunityReview(name=value, maintainers=(value,), verdicts=(verdict,))
    file = FileReview(path=value, who="own", reason=f"Of {value}.", communities=(value,))
    return Review(base="b", rules_of="r", operators=(value,), communities=(community,), files=(file,))


@pytest.mark.parametrize("who", ["own", "operators"])
@pytest.mark.parametrize(
    "value",
    [*HOSTILE, SECRETS[0], "https://evil.example.org", "www.evil.example.org", "example-org/hubs#7", "ada@x.org"],
)
def test_nothing_gets_out(value: str, who: Who) -> None:
    text = markdown(review(value, who), [Missing(part=value, anyone_of=(value,))])
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [row.count("|") for row in rows] == [4, 4]
    left = SPAN.sub("", text).removeprefix("<!-- deployer review -->")
    for sign in ("@", "<", "http", "www.", "#1", "#7", "](", "~~~"):
        assert sign not in left, left
    assert not re.search(r"[\u200b\u202e\x1b]", text)
    assert "ghp_" not in text


def test_it_reads_well() -> None:
    text = markdown(review("ocean", "own"), [Missing(part="ocean", anyone_of=("ada", "example-org/team"))])
    assert "An approval of each community's own maintainers is needed (`ocean`: `ocean`)." in text
    assert "| `ocean:3` `ocean: ocean -> ocean` | own maintainers | " in text
    assert "- Missing: an approval for `ocean`, by any of `ada`, `example-org/team`" in text
