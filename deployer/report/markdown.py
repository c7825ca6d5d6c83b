"""A change as a comment on its pull request: what it does to people first, then part by part, then folded details.

The same change makes the same bytes: no times, no folders of this machine. The first line is hidden and always the
same, so that a comment is found again and written anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployer.comparison.danger import Danger
from deployer.comparison.result import Comparison, Part, StackPreview
from deployer.report.markdown_costs import cost_lines, month_sentence
from deployer.report.markdown_stack import details, drift, words
from deployer.report.markdown_text import folded, label, listed, named, span

MARKER = "<!-- hubs: preview of a change -->"
LONGEST_COMMENT = 65_536
"""Characters that GitHub takes in one comment."""
ROOM_FOR_NOTES = 4_000
"""Characters kept for telling what was cut: names of parts, of which a dozen are named each."""
MOST_UNFOLDED = 3
"""Parts that are shown without being asked for."""
MOST_LISTED = 20
NOTHING_CHANGES = "Nothing would change: hubs and clusters stay as they are."
SHOUTED: Sequence[tuple[str, str, str]] = (
    # Kind of danger, GitHub's name of the box, its heading.
    ("data", "CAUTION", "DATA IS AT RISK"),
    ("servers", "WARNING", "SERVERS WOULD END"),
    ("refused", "WARNING", "A DEPLOY REFUSES THIS"),
)
DONE = {
    "delete": "would be deleted",
    "replace": "would be deleted and made anew",
    "update": "would be changed",
}
SAFE = "Nobody loses a running server, and no data is deleted or made anew."

UNKNOWN = "No data is deleted or made anew; whether running servers stay is not known."


def comment(comparison: Comparison) -> str:
    """The whole comment, never longer than GitHub takes."""
    top = [MARKER, "### What this change does", "", *_shouted(comparison), *_summary(comparison)]
    bottom = ["", *_foot(comparison)]
    loud = [part for part in comparison.parts if not _silent(part)]
    full = [_part(part, fold=len(loud) > MOST_UNFOLDED, whole=True) for part in loud]
    text = _joined(top, full, bottom)
    if len(text) <= LONGEST_COMMENT:
        return text
    return _cut(top, loud, full, bottom)


def _cut(top: Sequence[str], parts: Sequence[Part], full: list[list[str]], bottom: Sequence[str]) -> str:
    """First without the details of the last parts, then without the last parts at all; says what was left out."""
    short = [_part(part, fold=True, whole=False) for part in parts]
    room = LONGEST_COMMENT - ROOM_FOR_NOTES - _length([*top, *bottom])
    whole = _fitting(full, short, room)
    shown = [*full[:whole], *short[whole:]]
    kept = len(parts) if whole or _length_of(short) <= room else _fitting(short, [[]] * len(short), room)
    shown = [*shown[:kept], *([[]] * (len(parts) - kept))]
    return _joined(top, shown, [*_left_out(parts, shown, full), *bottom])


def _fitting(long: Sequence[Sequence[str]], short: Sequence[Sequence[str]], room: int) -> int:
    """How many of the first can be long, if all others are short."""
    used = _length_of(short)
    for count, (more, less) in enumerate(zip(long, short, strict=True)):
        used += _length(more) - _length(less)
        if used > room:
            return count
    return len(long)


def _length_of(parts: Sequence[Sequence[str]]) -> int:
    return sum(_length(lines) for lines in parts)


def _length(lines: Sequence[str]) -> int:
    """With the ends of lines, and the empty line ahead of a part."""
    return sum(len(line) + 1 for line in lines) + 1


def _left_out(parts: Sequence[Part], shown: Sequence[Sequence[str]], full: Sequence[Sequence[str]]) -> list[str]:
    gone = [part.name for part, lines in zip(parts, shown, strict=True) if not lines]
    cut = [p.name for p, lines, whole in zip(parts, shown, full, strict=True) if lines and lines != whole]
    said = ["", "> [!NOTE]", "> This comment was cut: GitHub takes no longer ones."]
    said += [f"> Without details: {named(cut)}."] if cut else []
    said += [f"> Left out: {named(gone)}."] if gone else []
    return said


def _joined(top: Sequence[str], parts: Sequence[Sequence[str]], bottom: Sequence[str]) -> str:
    body = [line for lines in parts if lines for line in ("", *lines)]
    lines = [*top, *body, *bottom]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]
    return "\n".join(kept).rstrip() + "\n"


def _shouted(comparison: Comparison) -> Iterator[str]:
    """Data and servers that would go, and files that are wrong: ahead of everything."""
    found = [danger for part in comparison.parts for danger in part.dangers]
    for kind, mark, words_of in SHOUTED:
        lines = [f"- {_danger(danger)}" for danger in found if danger.kind == kind]
        lines += _left_behind(comparison) if kind == "data" else []
        if lines:
            told = listed(lines, MOST_LISTED)
            yield from (f"> [!{mark}]", f"> **{words_of}**", *(f"> {line}" for line in told), "")
    failed = [part for part in comparison.parts if part.problems]
    problems = sorted({p for part in failed for p in part.problems} | set(comparison.problems), key=str)
    if problems:
        lines = listed([f"- {span(str(problem), 400)}" for problem in problems], MOST_LISTED)
        yield from ("> [!IMPORTANT]", "> **Checks failed; nothing of this can be deployed before they pass**")
        yield from (*(f"> {line}" for line in lines), "")


def _left_behind(comparison: Comparison) -> Iterator[str]:
    for moved in comparison.moved:
        yield (
            f"- **MOVED**: {span(moved.name)} from {span(str(moved.before))} to {span(str(moved.after))}: "
            "its hubs are made anew there; people's data stays behind, and nothing copies it"
        )
    for renamed in comparison.renamed:
        yield (
            f"- **RENAMED**: {span(renamed.before)} is now {span(renamed.name)}: new hubs are made; "
            f"{named(renamed.stacks)} stay as they are, with people's data"
        )


def _danger(danger: Danger) -> str:
    done = DONE[danger.operation]
    because = f" (because of {', '.join(span(name) for name in danger.because[:4])})" if danger.because else ""
    return f"{span(danger.stack)}: {span(danger.what)} {done}{because}: {danger.means}"


def _summary(comparison: Comparison) -> Iterator[str]:
    """Two or three sentences for people who run no clusters."""
    fates = list(_fates(comparison))
    loud = [part for part in comparison.parts if not _silent(part)]
    if not loud and not (fates or comparison.moved or comparison.renamed or comparison.problems):
        yield NOTHING_CHANGES
        return
    yield from _safety(comparison, loud)
    if loud:
        clusters, people = (_names(loud, cluster=cluster) for cluster in (True, False))
        said = [f"{'cluster' if len(clusters) == 1 else 'clusters'} {named(clusters)}"] if clusters else []
        said += [f"{'community' if len(people) == 1 else 'communities'} {named(people)}"] if people else []
        yield f"It concerns {' and '.join(said)}.{_money(loud)}"
    if fates:
        yield from ("", *fates)
    if comparison.everything:
        yield from ("", f"Everything was looked at: {span(comparison.everything)}.")


def _safety(comparison: Comparison, loud: Sequence[Part]) -> Iterator[str]:
    """That nobody loses anything, where it is known of everything; else what it is not known of."""
    found = [danger for part in loud for danger in part.dangers]
    if not loud or comparison.moved or any(part.failed for part in loud):
        return
    unknown = [f"{danger.stack}: {danger.what}" for danger in found if danger.kind == "unknown"]
    if not found:
        yield f"**{SAFE}**"
    elif len(unknown) == len(found):
        yield f"**{UNKNOWN}** It depends on {named(unknown, 6)}."


def _names(parts: Sequence[Part], *, cluster: bool) -> list[str]:
    return [part.name for part in parts if part.cluster == cluster]


def _money(parts: Sequence[Part]) -> str:
    """One sentence on costs; communities on a shared cluster have no bill of their own."""
    sentences = [
        f"{span(part.name)}: {sentence}" for part in parts if part.cost and (sentence := month_sentence(part.cost))
    ]
    hours = any(hour.changed for part in parts if part.cost and part.fate == "changed" for hour in part.cost.hours)
    more = " An hour in some profiles costs something else." if hours else ""
    if not sentences:
        return f" A month while nobody computes costs the same.{more}"
    rest = f" and {len(sentences) - 3} more" if len(sentences) > 3 else ""
    return f" {'; '.join(sentences[:3])}{rest}.{more}"


def _fates(comparison: Comparison) -> Iterator[str]:
    for gone in comparison.gone:
        yield (
            f"- **FILE DELETED**: {span(gone.name)}: {named(gone.stacks)} stay as they are, people's data too; "
            f"{span(f'deployer destroy {gone.name}')} takes them down, nothing else does"
        )


def _silent(part: Part) -> bool:
    return all(stack.quiet for stack in part.stacks) and part.fate == "changed"


def _part(part: Part, *, fold: bool, whole: bool) -> list[str]:
    """One part: a heading, or one line that opens."""
    kind = "cluster " if part.cluster else ""
    lines = list(_body(part, whole=whole))
    if fold:
        return folded(f"<b>{kind}{label(part.name)}</b>: {_short(part)}", lines)
    title = f" ({span(part.title)})" if part.title else ""
    return [f"#### {kind}{span(part.name)}{title}", "", *lines]


def _short(part: Part) -> str:
    settings = {c.setting for stack in part.stacks if stack.asked for c in stack.asked.settings}
    said: list[str] = [part.fate] if part.fate != "changed" else []
    said += [f"{len(settings)} setting{'' if len(settings) == 1 else 's'}"] if settings else []
    said += ["checks failed"] if part.problems else ["no preview"] if part.failed else []
    return ", ".join(said) or "resources"


def _body(part: Part, *, whole: bool) -> Iterator[str]:
    if part.fate == "new":
        where = f", at {span(part.url)}" if part.url else ""
        yield from (f"This {'cluster' if part.cluster else 'community'} is new{where}.", "")
    elif part.fate == "changed" and any(stack.fresh for stack in part.stacks):
        names = [stack.stack for stack in _in_order(part.stacks) if stack.fresh]
        yield from (f"Not deployed yet: {named(names)}.", "")
    if part.people:
        yield from (f"On it: {named(part.people)}.", "")
    for heading, stack in _together(part.stacks):
        lines = list(words(stack))
        yield from ([f"**{heading}**", ""] if heading else [])
        yield from (*lines, *([""] if lines else []))
        if whole:
            folded_lines = details(stack)
            yield from (*folded_lines, *([""] if folded_lines else []))
    if whole and not _told_by_settings(part):
        yield from ("Why: " + "; ".join(span(reason) for reason in part.reasons[:4]) + ".", "")
    costs = list(cost_lines(part.cost)) if part.cost else []
    if costs:
        yield from ("**Costs**", "", *listed(costs, MOST_LISTED), "")
    drifted = [line for stack in part.stacks for line in drift(stack)]
    if drifted:
        yield from ("**Drift, not of this change** (the next deploy mends it)", "", *listed(drifted, MOST_LISTED), "")


def _told_by_settings(part: Part) -> bool:
    told = part.fate != "changed" or bool(part.problems)
    return told or not part.reasons or all(stack.asked and stack.asked.settings for stack in part.stacks)


def _together(stacks: Sequence[StackPreview]) -> Iterator[tuple[str, StackPreview]]:
    """Stages that say the same in words are told once, with the details of the later one."""
    if len(stacks) == 2 and list(words(stacks[0])) == list(words(stacks[1])):
        yield "Staging and prod, both the same", next(each for each in stacks if each.part == "prod")
        return
    for stack in _in_order(stacks):
        yield ("" if stack.part in ("", "cluster") else stack.part.capitalize()), stack


def _in_order(stacks: Sequence[StackPreview]) -> list[StackPreview]:
    order = {"cluster": 0, "staging": 1, "prod": 2}
    return sorted(stacks, key=lambda each: order.get(each.part, 3))


def _foot(comparison: Comparison) -> Iterator[str]:
    how = "in a simulated cloud, without anybody's account" if comparison.simulated else "on what is deployed"
    yield f"<sub>Compared with {span(comparison.base[:12])} by the real engine, {how}. Nothing was touched.</sub>"
