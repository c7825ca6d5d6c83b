"""Which chart values each field becomes, for documentation: found with deployments that have every field's example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from deployer.config.differences import ORDER, leaves
from deployer.config.document import Path
from deployer.config.sample import samples
from deployer.config.values_made import Makers
from deployer.config.variants import fields, others
from schemas.community import Deployment

MAIN = "jupyterhub"
"""The chart that most values are of, so that its name need not be said."""
MOST = 4
DEEPEST = 12
SHORTEST_INSIDE = 6
"""Letters of a name that is looked for inside other keys; shorter ones are words of the charts' own."""
AUTH: Path = ("hub", "auth")


@cache
def values_by_field() -> Mapping[str, frozenset[str]]:
    """Fields as the reference heads them (hub.profiles[].gpu), and the values, with `<name>` for people's own names.

    Fields that become no value have an empty set.
    """
    found: dict[str, set[str]] = {}
    for number, sample in enumerate(samples()):
        makers = Makers(sample)
        names = _names(sample)
        for path, value, info in fields(sample):
            # All but sign-in is alike in all samples.
            if number and path[: len(AUTH)] != AUTH:
                continue
            made = makers.made_by(path, others(value, info))
            here = made.leaves & makers.paths or made.leaves
            found.setdefault(heading(sample, path), set()).update(_general(leaf, names) for leaf in here)
    return {field: frozenset(values) for field, values in found.items()}


def heading(deployment: Deployment, path: Path) -> str:
    """A field's path with `[]` for positions and `<name>` for names of people's own."""
    text = ""
    holder: Any = deployment
    for key in path:
        if isinstance(holder, BaseModel):
            text += f".{key}" if text else str(key)
            holder = getattr(holder, str(key))
        elif isinstance(holder, Mapping):
            text += ".<name>"
            holder = holder[key]
        else:
            text += "[]"
            holder = holder[int(key)]
    return text


def chart_values(field: str) -> list[str]:
    """What to write beside a field: at most so many values, or where they are."""
    found = sorted(values_by_field().get(field, ()))
    for depth in range(DEEPEST, 0, -1):
        shorter = list(dict.fromkeys(_shortened(value, depth) for value in found))
        if len(shorter) <= MOST:
            return shorter
    return []


def _shortened(value: str, depth: int) -> str:
    keys = value.split(".")
    return value if len(keys) <= depth else ".".join([*keys[:depth], "*"])


def _names(deployment: Deployment) -> frozenset[str]:
    """All that people called something by."""
    paths = list(leaves(deployment.hub.model_dump(mode="json")))
    called = {str(value) for path, value in paths if path[-1] in ("name", "slug", "image", "entity_id")}
    named = {str(path[-1]) for path, _ in paths if len(path) > 1 and path[-2] in ("environment", "groups")}
    return frozenset(called | named)


def _general(leaf: Path, names: Iterable[str]) -> str:
    chart, *rest = leaf
    text = "" if chart == MAIN else f"{chart}: "
    for key in rest:
        if key == ORDER:
            break
        step = "[]" if isinstance(key, int) else f".{_named(key, names)}"
        text += step.removeprefix(".") if text in ("", f"{chart}: ") else step
    return text


def _named(key: str, names: Iterable[str]) -> str:
    """With `<name>` for what people chose, also inside a key that is made from it."""
    for name in sorted(names, key=len, reverse=True):
        if key == name or (len(name) >= SHORTEST_INSIDE and name in key):
            return key.replace(name, "<name>")
    return key
