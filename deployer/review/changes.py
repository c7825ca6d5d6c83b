"""What a change does to a resolved deployment, field by field: each to be decided on by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployer.config.differences import MISSING, ORDER, Difference, by_names, differences
from deployer.config.document import Path
from deployer.config.secrecy import WHOLE, masked
from deployer.config.variants import fields, is_default
from schemas.community import Community, Deployment
from schemas.policy import Kind

IMAGES = "images"
NAMING = frozenset({"community", "stage"})
"""Fields that tell which deployment it is; another community is judged as a whole."""
RESOLVED = frozenset({"name", "title", "archetype", "contacts", "cluster", "hub", "stages"})
BESIDE = tuple(name for name in Community.model_fields if name not in RESOLVED)
"""Fields of a community's file that no deployment shows: a field that comes to the file is one until it is listed."""


@dataclass(frozen=True)
class Change:
    """One field that is another, an entry that came or went, or a value that came along with an entry."""

    path: Path
    """Of the deployment; entries of lists by name."""
    kind: Kind
    old: Any
    new: Any


def changes(before: Deployment, after: Deployment) -> Iterator[Change]:
    """All changes between two deployments of a stage; values that may be secret are only marks, in their whole length.

    An entry that came is one, and each of its values that is not what the field has by itself is another. An entry
    that went is one altogether. An image is one: what it holds is one digest. Of images that came or went nothing is
    said: the field that names them did.
    """
    old, new = (masked(side.model_dump(mode="json"), side.stack, digits=WHOLE) for side in (before, after))
    rest_old, rest_new = ({k: v for k, v in side.items() if k != IMAGES} for side in (old, new))
    for difference in differences(rest_old, rest_new):
        if difference.path[0] not in NAMING:
            yield from _parts(difference, after, new)
    yield from _reordered(rest_old, rest_new)
    for name in sorted(old[IMAGES].keys() & new[IMAGES].keys()):
        if old[IMAGES][name] != new[IMAGES][name]:
            yield Change((IMAGES, name), "changed", old[IMAGES][name]["digest"][:12], new[IMAGES][name]["digest"][:12])


def changes_beside(before: Community, after: Community) -> Iterator[Change]:
    """What changed in a community's file without being part of any deployment."""
    old, new = ({name: side.model_dump(mode="json")[name] for name in BESIDE} for side in (before, after))
    for each in differences(old, new):
        kind: Kind = "added" if each.old is MISSING else "removed" if each.new is MISSING else "changed"
        yield Change(each.path, kind, each.old, each.new)


def _parts(difference: Difference, after: Deployment, data: Mapping[str, Any]) -> Iterator[Change]:
    path, old, new = difference.path, difference.old, difference.new
    absent_before, absent_now = old is MISSING or old is None, new is MISSING or new is None
    if absent_now and (old is not None and (new is MISSING or _has_parts(old))):
        yield Change(path, "removed", old, new)
    elif absent_before and (old is MISSING or _has_parts(new)):
        yield Change(path, "added", old, new)
        if _has_parts(new):
            yield from _brought_along(path, after, data)
    else:
        yield Change(path, "changed", old, new)


def _brought_along(path: Path, after: Deployment, data: Mapping[str, Any]) -> Iterator[Change]:
    for at, value, info in fields(after):
        named = by_names(data, at)
        if len(named) > len(path) and named[: len(path)] == path and not is_default(value, info):
            yield Change(named, "added", MISSING, _value(data, at))


def _value(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _has_parts(value: Any) -> bool:
    """Whether it is a section or an entry: amounts are values."""
    return isinstance(value, Mapping) and value.keys() != {"guarantee", "limit"}


def _reordered(old: Any, new: Any, path: Path = ()) -> Iterator[Change]:
    """Mappings whose entries stand in another order: the first node pool for people is the one they get."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return
    was, now = [key for key in old if key in new], [key for key in new if key in old]
    if was != now:
        yield Change((*path, ORDER), "changed", was, now)
    for key in now:
        yield from _reordered(old[key], new[key], (*path, key))
