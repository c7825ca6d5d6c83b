"""How values of a stage come together: archetype < community < stage."""

from __future__ import annotations

from typing import Any

from schemas.auth import OAUTH_TYPES

OF_ONE_TYPE = OAUTH_TYPES | {"open_signup"}
"""Fields of `auth` that count with one `auth.type` only."""


def merge(base: Any, over: Any) -> Any:
    """Mappings key by key; whatever else `over` says replaces what was there, lists whole."""
    if not (isinstance(base, dict) and isinstance(over, dict)):
        return over
    merged = dict(base)
    for key, value in over.items():
        merged[key] = merge(base[key], value) if key in base else value
    return merged


def merge_stage(base: dict[str, Any], over: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """A hub's fields with a stage's over them, and which fields of `auth` another `auth.type` left behind.

    A staging hub with `auth: {type: dummy}` must not drag prod's `github` section along.
    """
    merged = merge(base, over)
    before, given = base.get("auth"), over.get("auth")
    if not (isinstance(before, dict) and isinstance(given, dict)):
        return merged, frozenset()
    if given.get("type", before.get("type")) == before.get("type"):
        return merged, frozenset()
    left = (OF_ONE_TYPE & before.keys()) - given.keys() - {str(given["type"])}
    merged["auth"] = {key: value for key, value in merged["auth"].items() if key not in left}
    return merged, frozenset(left)
