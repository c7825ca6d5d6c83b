"""How two pieces of plain data differ, with named entries of lists told apart by their names and not by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from deployer.config.document import Key, Path

NAMES = ("slug", "name", "image", "entity_id", "mountPath")
"""Keys that name the entries of a list."""


class Missing:
    """What is not there."""

    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = Missing()
ORDER: Final = "(order)"
"""Ends the path of a list whose entries are the same and stand in another order."""


@dataclass(frozen=True)
class Difference:
    """One part that is not the same; a part that one side lacks altogether is one difference."""

    path: Path
    """Entries of lists that have names by name, others by position."""
    old: Any
    new: Any


def differences(old: Any, new: Any, path: Path = ()) -> Iterator[Difference]:
    """Each part that differs, in the order of the new side; keys' order in mappings is none."""
    if _same(old, new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not _one_thing(old, new):
        yield from _of_mappings(old, new, path)
        return
    named = _by_name(old), _by_name(new)
    if named[0] is not None and named[1] is not None and (named[0] or named[1]):
        yield from _of_named(named[0], named[1], path)
    elif _entries(old) and _entries(new) and len(old) == len(new):
        for position, pair in enumerate(zip(old, new, strict=True)):
            yield from differences(*pair, (*path, position))
    else:
        yield Difference(path, old, new)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar, list of scalars and empty thing, with its path in the terms of `differences`."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
        return
    named = _by_name(value)
    if named:
        yield (*path, ORDER), list(named)
        for name, item in named.items():
            yield from leaves(item, (*path, name))
    elif _entries(value):
        for position, item in enumerate(value):
            yield from leaves(item, (*path, position))
    else:
        yield path, value


def by_names(value: Any, path: Path) -> Path:
    """A path with positions in lists in the terms of `differences`; as far as it leads."""
    steps: list[Key] = []
    for key in path:
        named = _by_name(value)
        if named and isinstance(key, int) and key < len(value):
            step: Key = list(named)[key]
            value = named[str(step)]
        else:
            step = key
            value = value[key] if _has(value, key) else None
        steps.append(step)
    return tuple(steps)


def changed_leaves(old: Any, new: Any) -> frozenset[Path]:
    """Paths of all leaves that differ or that one side lacks."""
    found: set[Path] = set()
    for difference in differences(old, new):
        sides = [side for side in (difference.old, difference.new) if side is not MISSING]
        found.update((*difference.path, *path) for side in sides for path, _ in leaves(side))
    return frozenset(found)


def _of_mappings(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Difference]:
    for key in [*new, *(key for key in old if key not in new)]:
        here = (*path, key)
        if key not in old:
            yield Difference(here, MISSING, new[key])
        elif key not in new:
            yield Difference(here, old[key], MISSING)
        else:
            yield from differences(old[key], new[key], here)


def _of_named(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Difference]:
    yield from _of_mappings(old, new, path)
    before, after = [name for name in old if name in new], [name for name in new if name in old]
    if before != after:
        yield Difference((*path, ORDER), list(old), list(new))


def _by_name(value: Any) -> dict[str, Any] | None:
    """A list's entries by their names; None where they have none, or two share one."""
    if not _is_list(value):
        return None
    if not value:
        return {}
    if not all(isinstance(item, Mapping) for item in value):
        return None
    for key in NAMES:
        if all(isinstance(item.get(key), str) for item in value):
            named = {item[key]: item for item in value}
            return named if len(named) == len(value) else None
    return None


def _same(old: Any, new: Any) -> bool:
    """Equal; true is not 1, which Python takes for equal, and 1.0 is: the engine hands on one kind of number."""
    if old != new or isinstance(old, bool) is not isinstance(new, bool):
        return False
    if isinstance(old, dict):
        return all(item is new[key] or _same(item, new[key]) for key, item in old.items())
    return not isinstance(old, list | tuple) or all(map(_same, old, new))


def _one_thing(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Amounts: a promise and a limit say nothing without each other."""
    return old.keys() == new.keys() == {"guarantee", "limit"}


def _has(value: Any, key: Key) -> bool:
    if isinstance(key, int):
        return _is_list(value) and key < len(value)
    return isinstance(value, Mapping) and key in value


def _entries(value: Any) -> bool:
    """Whether it is a list whose entries are worth a look of their own."""
    return _is_list(value) and any(isinstance(item, Mapping) for item in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
