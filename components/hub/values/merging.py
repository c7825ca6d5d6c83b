"""Putting values of several subjects together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = dict[str, Any]
"""Of one chart."""
ChartValues = dict[str, Values]
"""Of several, by the chart's name."""


def together(*parts: Mapping[str, Any]) -> Values:
    """Mappings become one, lists follow each other; raises ValueError where two parts say the same thing.

    Two subjects that set one value would hide each other's reasons.
    """
    merged: Values = {}
    for part in parts:
        _add(merged, part, ())
    return merged


def _add(merged: Values, part: Mapping[str, Any], path: tuple[str, ...]) -> None:
    for key, value in part.items():
        here = (*path, key)
        if key not in merged:
            merged[key] = _copied(value)
        elif isinstance(merged[key], dict) and isinstance(value, Mapping):
            _add(merged[key], value, here)
        elif isinstance(merged[key], list) and isinstance(value, list):
            merged[key] = [*merged[key], *value]
        else:
            raise ValueError(f"two subjects set {'.'.join(here)}")


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Values:
    """As helm merges: mappings key by key, everything else is replaced whole."""
    merged = dict(below)
    for key, value in above.items():
        there = merged.get(key)
        merged[key] = over(there, value) if isinstance(there, Mapping) and isinstance(value, Mapping) else value
    return merged


def _copied(value: Any) -> Any:
    """Mappings and lists anew, so that adding to them changes nobody else's; leaves as they are."""
    if isinstance(value, Mapping):
        return {key: _copied(below) for key, below in value.items()}
    return list(value) if isinstance(value, list) else value
