"""A setting of a community file as people speak of it: profile Large: memory 16 GiB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deployer.config.differences import MISSING, ORDER
from deployer.config.document import Path, path_text
from deployer.config.model_words import flow

UNITS = {
    "gib": "GiB",
    "minutes": "minutes",
    "seconds": "seconds",
    "days": "days",
    "hour_utc": "o'clock UTC",
    "usd_per_month": "US dollars a month",
}
"""Ends of fields' names, and what they mean."""
LISTS = {
    "profiles": "profile",
    "sizes": "size",
    "images": "image",
    "shared_directories": "shared directory",
    "buckets": "bucket",
    "external_buckets": "external bucket",
    "data_sets": "data set",
    "classes": "class",
    "roles": "role",
    "groups": "group",
    "environment": "variable",
    "node_pools": "node pool",
    "identity_providers": "identity provider",
    "contacts": "contact",
}
"""Fields that hold several of something, and what one of them is called."""
SAID_ALREADY = ("hub", "options")
"""Parts of a path that say nothing more."""
LONGEST = 60


def setting_in_words(path: Path, titles: Mapping[Path, str]) -> str:
    """`profile Large: memory` for hub.profiles.large.memory_gib; `titles` are people's own names of entries."""
    if path[:2] == ("hub", "helm_values"):
        return f"helm_values: {path_text(path[2:])}"
    subjects: list[str] = []
    words: list[str] = []
    position = 0
    while position < len(path):
        key, position = str(path[position]), position + 1
        named = key in LISTS and position < len(path) and path[position] != ORDER
        if named:
            position += 1
            name = titles.get(path[:position], str(path[position - 1]))
            subjects.append(" ".join([*words, LISTS[key], name]))
            words = []
        elif key not in SAID_ALREADY:
            words.append("in another order" if key == ORDER else _field(key))
    return ": ".join([*subjects, *([" ".join(words)] if words else [])])


def value_in_words(value: Any, path: Path) -> str:
    """A value with its unit, short."""
    if value is MISSING or value is None or value in ({}, [], ""):
        return "nothing"
    unit = _unit(path)
    if isinstance(value, Mapping) and value.keys() == {"guarantee", "limit"}:
        return _amount(value["guarantee"], value["limit"], unit)
    text = flow(_tidy(value))
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"{text} {unit}".strip()


def _amount(guarantee: float, limit: float | None, unit: str) -> str:
    promised = f"{guarantee:g}"
    if limit == guarantee:
        return f"{promised} {unit}".strip()
    most = "no limit" if limit is None else f"at most {limit:g}"
    return f"{promised} {unit}".strip() + f" promised, {most}"


def _field(name: str) -> str:
    for end in UNITS:
        name = name.removesuffix(f"_{end}")
    return name.replace("_", " ")


def _unit(path: Path) -> str:
    names = [key for key in path if isinstance(key, str)]
    for name in reversed(names[-2:]):
        if name == "cpu":
            return "cores"
        for end, unit in UNITS.items():
            if name.endswith(f"_{end}"):
                return unit
    return ""


def _tidy(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
