"""Changes as settings of the community file: what, from what to what, where it stands, what it does; then values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from typing import Any

from deployer.config.differences import MISSING, Difference, leaves
from deployer.config.document import path_text
from deployer.config.model_words import flow
from deployer.config.secrecy import NOT_SHOWN, sounds_secret, unmarked
from deployer.config.setting_changes import Changes, SettingChange

LONGEST_VALUE = 70
MOST_LINES = 12
"""Of one changed text that are shown."""
NOTHING_HERE = "changes nothing on this cloud"
RESOURCES = "changes resources of the cloud or of the cluster"


def asked_lines(changes: Changes, *, resources: bool) -> Iterator[tuple[str, str]]:
    """Lines with their styles; `resources` tells whether any would be touched."""
    if changes.settings:
        yield "  settings:", ""
    for change in changes.settings:
        yield f"    {setting_line(change)}  ({change.place.file}:{change.place.line})", "bold"
        for effect in effects(change, resources=resources):
            yield f"      {effect}", "dim"
    if changes.values:
        yield "  values:", ""
    for difference in changes.values:
        yield from _value_lines(difference)


def alike(changes: Changes, others: Changes) -> bool:
    """Whether two stages' files ask for the same, as far as it is shown."""
    return list(asked_lines(changes, resources=True)) == list(asked_lines(others, resources=True))


def setting_line(change: SettingChange) -> str:
    """profile Large: memory: 16 -> 32 GiB."""
    old, new = unmarked(change.old), unmarked(change.new)
    unit = _common_unit(old, new)
    return f"{change.setting}: {old.removesuffix(unit)} -> {new}"


def effects(change: SettingChange, *, resources: bool) -> Sequence[str]:
    """What the change does, also where it makes no value."""
    return change.effects or ((RESOURCES,) if resources else (NOTHING_HERE,))


def asked_data(changes: Changes | None, *, resources: bool) -> dict[str, Any] | None:
    """For other programs; None where nobody knows what was there before."""
    if changes is None:
        return None
    return {
        "settings": [
            {
                "setting": change.setting,
                "old": unmarked(change.old),
                "new": unmarked(change.new),
                "file": change.place.file,
                "line": change.place.line,
                "path": change.path,
                "effects": list(effects(change, resources=resources)),
                "values": sorted(path_text(path) for path in change.values),
            }
            for change in changes.settings
        ],
        "values": [
            {
                "path": path_text(difference.path),
                **{side: value for side, value in _sides(difference) if value is not MISSING},
            }
            for difference in changes.values
        ],
    }


def _sides(difference: Difference) -> tuple[tuple[str, Any], tuple[str, Any]]:
    return ("old", veiled_side(difference.old, difference)), ("new", veiled_side(difference.new, difference))


def veiled_side(value: Any, difference: Difference) -> Any:
    """Without texts that sound secret, and without marks of those that were masked."""
    if isinstance(value, str) and sounds_secret(str(difference.path[-1])) and not value.startswith("<"):
        return NOT_SHOWN
    return unmarked(value)


def _value_lines(difference: Difference) -> Iterator[tuple[str, str]]:
    (_, old), (_, new) = _sides(difference)
    if isinstance(old, str) and isinstance(new, str) and ("\n" in old or "\n" in new):
        yield f"    {path_text(difference.path)}:", ""
        lines = list(unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1))[2:]
        yield from ((f"      {line}", _style(line)) for line in lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            yield f"      … {len(lines) - MOST_LINES} more lines", "dim"
        return
    if MISSING in (old, new):
        mark, style, side = ("+", "green", new) if old is MISSING else ("-", "red", old)
        for path, value in leaves(side, difference.path):
            yield f"    {mark} {path_text(path)}: {_short(value)}", style
        return
    yield f"    {path_text(difference.path)}: {_short(old)} -> {_short(new)}", ""


def _short(value: Any) -> str:
    text = flow(value).replace("\n", " ")
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _style(line: str) -> str:
    return {"+": "green", "-": "red"}.get(line[:1], "dim")


def _common_unit(old: str, new: str) -> str:
    """The unit that both end with, said once."""
    last, unit = old.rpartition(" ")[::2]
    return f" {unit}" if last and " " not in last and new.endswith(f" {unit}") and not unit[:1].isdigit() else ""
