"""One stack's part of a change in Markdown: words, then values and resources, folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from typing import TYPE_CHECKING

from deployer.comparison.result import StackPreview
from deployer.config.differences import MISSING, Difference, leaves
from deployer.config.document import path_text
from deployer.config.model_words import flow
from deployer.config.setting_changes import SettingChange
from deployer.report.asked import effects, veiled_side
from deployer.report.markdown_text import diff_block, folded, listed, span

if TYPE_CHECKING:
    from deployer.rollout.engine.events import Change

MOST_SETTINGS = 25
MOST_VALUES = 40
MOST_RESOURCES = 60
MOST_PROPERTIES = 6
MOST_DIFF_LINES = 12
SIGNS = {"create": "+ create", "update": "~ update", "replace": "± **REPLACE**", "delete": "- **DELETE**"}


def words(stack: StackPreview) -> Iterator[str]:
    """What the change asks for and what it does, a line each."""
    settings = stack.asked.settings if stack.asked else ()
    lines = [line for change in settings[:MOST_SETTINGS] for line in _setting(change, stack)]
    yield from lines
    if len(settings) > MOST_SETTINGS:
        yield f"- … and {len(settings) - MOST_SETTINGS:,} more settings"
    if stack.problems:
        yield "- **Checks failed:**"
        yield from (f"  {line}" for line in listed([f"- {span(str(each), 400)}" for each in stack.problems], 20))
    elif stack.failure:
        yield f"- **No preview of its resources:** {span(stack.failure, 600)}"
    if stack.fresh and not stack.failure:
        yield f"- all of it is made for the first time: {_plural(len(stack.changes), 'resource')}"
    elif stack.changes and not settings:
        yield f"- no setting of its own; resources: {_counted(stack.changes)}"


def details(stack: StackPreview) -> list[str]:
    """Values and resources, folded; nothing where there are none."""
    values = stack.asked.values if stack.asked else ()
    if not values and not stack.changes:
        return []
    lines: list[str] = []
    if values:
        lines += ["**Values of charts**", "", *_values(values)]
    if stack.changes:
        lines += [*([""] if lines else []), "**Resources**", ""]
        lines += listed([f"- {_resource(change)}" for change in stack.changes], MOST_RESOURCES)
    count = f"{_plural(len(values), 'value')}, " if values else ""
    return folded(f"in detail: {count}{_counted(stack.changes)}", lines)


def drift(stack: StackPreview) -> Iterator[str]:
    """What is not as it was deployed."""
    for change in stack.drifted:
        gone = change.operation == "delete"
        how = "is gone" if gone else f"is not as it was deployed: {_properties(change)}"
        yield f"- {span(stack.stack)}: {span(f'{change.kind} {change.name}')} {how}"


def _setting(change: SettingChange, stack: StackPreview) -> Iterator[str]:
    where = span(f"{change.place.file}:{change.place.line}")
    yield f"- **{span(change.setting)}**: {span(change.old)} → {span(change.new)} ({where})"
    if stack.fresh:
        return  # on nobody: the hub is made for the first time
    if change.effects or not stack.failure:
        yield from (f"  - {effect}" for effect in effects(change, resources=bool(stack.changes)))


def _values(values: Sequence[Difference]) -> list[str]:
    lines: list[str] = []
    for difference in values[:MOST_VALUES]:
        lines += _value(difference)
    more = len(values) - MOST_VALUES
    return [*lines, f"- … and {more:,} more"] if more > 0 else lines


def _value(difference: Difference) -> list[str]:
    old, new = veiled_side(difference.old, difference), veiled_side(difference.new, difference)
    path = span(path_text(difference.path))
    if isinstance(old, str) and isinstance(new, str) and ("\n" in old or "\n" in new):
        lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1))[2:]
        more = len(lines) - MOST_DIFF_LINES
        rest = [f"  … {more} more lines"] if more > 0 else []
        return [f"- {path}", "", *diff_block([*lines[:MOST_DIFF_LINES], *rest]), ""]
    if MISSING in (old, new):
        word, side = ("new", new) if old is MISSING else ("gone", old)
        return [f"- {word}: {span(path_text(at))}: {span(flow(value))}" for at, value in leaves(side, difference.path)]
    return [f"- {path}: {span(flow(old))} → {span(flow(new))}"]


def _resource(change: Change) -> str:
    said = f"{SIGNS[change.operation]} {span(f'{change.kind} {change.name}')}"
    return f"{said}: {_properties(change)}" if change.properties else said


def _properties(change: Change) -> str:
    more = len(change.properties) - MOST_PROPERTIES
    shown = ", ".join(span(name) for name in change.properties[:MOST_PROPERTIES])
    return f"{shown} and {more} more" if more > 0 else shown


def _counted(changes: Sequence[Change]) -> str:
    counts = Counter(change.operation for change in changes)
    return ", ".join(f"{count} to {operation}" for operation, count in counts.items()) or "no resource changes"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
