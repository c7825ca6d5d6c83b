"""Which part of a change falls to whom: as text, as JSON, and as a comment on a pull request."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, Literal

from deployer.report.console import output, print_json
from deployer.report.markdown_text import cell, span
from deployer.review import CommunityReview, FileReview, Missing, Review, Verdict
from deployer.review.verdict import CLOSED, Who

Format = Literal["text", "markdown"]
MARK = "<!-- deployer review -->"
"""First line of the comment: by it a workflow finds the one to write anew."""
WHOM = {"nobody": "nobody", "own": "own maintainers", "operators": "operators"}
FOLDED = 20
"""Lines of a table in a comment beyond which it is folded."""
LONGEST_CHANGE, LONGEST_WHY = 400, 600
"""Characters in a comment: whoever decides should see more of a change than a glance needs."""


def show_review(review: Review, lacking: Sequence[Missing] | None, *, style: Format, as_json: bool) -> None:
    """The verdicts; `lacking` are approvals that are missing, None where nobody asked."""
    if as_json:
        print_json(review_data(review, lacking))
    elif style == "markdown":
        sys.stdout.write(markdown(review, lacking))
    else:
        for line in _text(review):
            output().print(line, markup=False)
        for missing in lacking or ():
            output().print(_lacks(missing), markup=False, style="yellow")


def review_data(review: Review, lacking: Sequence[Missing] | None) -> dict[str, Any]:
    """For other programs."""
    return {
        "needs": review.who,
        "base": review.base,
        "rules_of": review.rules_of,
        "operators": list(review.operators),
        "communities": {each.name: _community_data(each) for each in review.communities},
        "files": [asdict(each) for each in review.files],
        **({"missing": [asdict(each) for each in lacking]} if lacking is not None else {}),
    }


def _community_data(community: CommunityReview) -> dict[str, Any]:
    verdicts = [{**asdict(verdict), "place": str(verdict.place)} for verdict in community.verdicts]
    return {"needs": community.who, "maintainers": list(community.maintainers), "changes": verdicts}


def _text(review: Review) -> Iterator[str]:
    for community in review.communities:
        yield f"{community.name}: {WHOM[community.who]}"
        for verdict in community.verdicts:
            yield f"  {_change(verdict)}"
            yield f"    {WHOM[verdict.who]}: {_why(verdict)}"
    for file in review.files:
        yield f"{file.path}: {WHOM[file.who]}: {_file_why(file)}"
    yield _summary(review)


def _change(verdict: Verdict) -> str:
    stages = f" ({verdict.stages[0]} alone)" if len(verdict.stages) == 1 else ""
    return f"{verdict.place}: {verdict.setting}: {verdict.old} -> {verdict.new}{stages}"


def _why(verdict: Verdict) -> str:
    rule = "" if verdict.rule == CLOSED else f"{verdict.rule}: "
    return rule + " ".join([*(f"{_sentence(limit)}." for limit in verdict.beyond), verdict.reason])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _file_why(file: FileReview) -> str:
    return file.reason + (f" Changes {', '.join(file.communities)}." if file.communities else "")


def _summary(review: Review, shown: Callable[[str], str] = str) -> str:
    """In one sentence; `shown` is how names are written."""
    if review.who == "nobody":
        return "nobody's approval is needed: nothing means anything else than before"
    if review.who == "operators":
        named = ", ".join(map(shown, review.operators)) or "nobody: the base has no policy.yaml"
        return f"an operator's approval is needed ({named})"
    parts = [
        f"{shown(each.name)}: {', '.join(map(shown, each.maintainers)) or 'an operator, for it names no maintainer'}"
        for each in review.communities
        if each.who == "own"
    ]
    return f"an approval of each community's own maintainers is needed ({'; '.join(parts)})"


def _lacks(missing: Missing, shown: Callable[[str], str] = str) -> str:
    anyone = ", ".join(map(shown, missing.anyone_of)) or "nobody who is named"
    return f"missing: an approval for {shown(missing.part)}, by any of {anyone}"


def markdown(review: Review, lacking: Sequence[Missing] | None) -> str:
    """A comment that says the same of the same change, however often it is made."""
    lines = [MARK, f"### Who decides: {WHOM[review.who]}", "", f"{_sentence(_summary(review, span))}."]
    for community in review.communities:
        rows = [_row(_changed(each), each.who, _why(each)) for each in community.verdicts]
        lines += ["", f"**{span(community.name)}**: {WHOM[community.who]}"]
        lines += _folded(["| Change | Who | Why |", "| - | - | - |", *rows])
    if review.files:
        rows = [_row(cell(each.path), each.who, _file_why(each)) for each in review.files]
        lines += ["", "**Files**", *_folded(["| File | Who | Why |", "| - | - | - |", *rows])]
    lines += ["", *(f"- {_sentence(_lacks(each, span))}" for each in lacking or ())]
    return "\n".join(lines).rstrip() + "\n"


def _folded(table: Sequence[str]) -> list[str]:
    if len(table) <= FOLDED:
        return ["", *table]
    return ["", f"<details><summary>{len(table) - 2} lines</summary>", "", *table, "", "</details>"]


def _row(what: str, who: Who, why: str) -> str:
    return f"| {what} | {WHOM[who]} | {cell(why, LONGEST_WHY)} |"


def _changed(verdict: Verdict) -> str:
    change = f"{verdict.setting}: {verdict.old} -> {verdict.new}"
    return f"{cell(f'{verdict.place.file}:{verdict.place.line}')} {cell(change, LONGEST_CHANGE)}"


def show_codeowners(file: str, *, stale: bool, written: bool, as_json: bool) -> None:
    """Whether the file was out of date, and is not any more."""
    if as_json:
        print_json({"written" if written else "stale": [file] if stale else []})
    elif not stale:
        print(f"{file} is up to date")
    elif written:
        print(f"written: {file}")
    else:
        print(f"not up to date: {file}\nbring it up to date with: deployer codeowners", file=sys.stderr)
