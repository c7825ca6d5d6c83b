"""What changed between two sets of inputs, and whether the change needs a new resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from providers.engine.values import Comparison, Difference, Values, known
from providers.simulated.conformity import INTERNAL
from providers.simulated.kinds import Kind
from providers.simulated.naming import keeps_its_name
from providers.simulated.places import Steps, fits, written

Change = tuple[Steps, Literal["add", "delete", "update"], Any, Any]


def compared(kind: Kind, old_inputs: Values, news: Values) -> Comparison:
    """Differences, with whether each replaces."""
    found = []
    for path, sort, old, new in changes(old_inputs, news):
        if not (sort == "update" and _same_set(kind, path, old, new)):
            found.append(Difference(written(path), sort, _replaces(kind, path, old, new)))
    replaced = any(one.replaces for one in found)
    return Comparison(found, replaced and keeps_its_name(kind.autoname, old_inputs, news))


def changes(old: Mapping[str, Any], new: Mapping[str, Any], path: Steps = ()) -> Iterator[Change]:
    """Every changed leaf; a block that comes or goes counts by its leaves, lists of plain values as one leaf."""
    for name in sorted({*old, *new}):
        if not name.startswith(INTERNAL):
            yield from _within((*path, name), old.get(name), new.get(name))


def _within(path: Steps, old: Any, new: Any) -> Iterator[Change]:
    if _nested(old) or _nested(new):
        if isinstance(old, Mapping | None) and isinstance(new, Mapping | None) and (old or new):
            yield from changes(old or {}, new or {}, path)
            return
        if isinstance(old, list | None) and isinstance(new, list | None):
            for index in range(max(len(old or ()), len(new or ()))):
                yield from _within((*path, index), _item(old, index), _item(new, index))
            return
    if not known(new) or old != new:
        yield path, "add" if old is None else "delete" if new is None else "update", old, new


def _nested(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(one, Mapping) for one in value))


def _item(items: list[Any] | None, index: int) -> Any:
    return items[index] if items and index < len(items) else None


def _same_set(kind: Kind, path: Steps, old: Any, new: Any) -> bool:
    if not any(fits(path, pattern) for pattern in kind.unordered) or not (isinstance(old, list) and known(new)):
        return False
    return sorted(map(str, old)) == sorted(map(str, new))


def _replaces(kind: Kind, path: Steps, old: Any, new: Any) -> bool:
    if any(fits(path, pattern) for pattern in kind.replaces):
        return True
    shrinks = isinstance(old, int | float) and isinstance(new, int | float) and new < old
    return shrinks and any(fits(path, pattern) for pattern in kind.replaced_when_smaller)
