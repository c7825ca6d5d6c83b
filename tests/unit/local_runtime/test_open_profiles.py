"""Profiles and choices of this machine's hub are kept to groups as on a cluster."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from tornado import web

from components.clouds.local.profile_settings import profile_list
from providers.local.runtime.profiles import in_order, only_for_members
from tests.unit.local_settings.deployments import deployment

PROFILES = [
    {"slug": "open", "title": "Open", "default": True},
    {
        "slug": "mixed",
        "title": "Mixed",
        "options": {
            "sizes": [{"slug": "small", "memory_gib": 1}, {"slug": "large", "memory_gib": 8, "groups": ["staff"]}],
        },
    },
    {"slug": "theirs", "title": "Theirs", "options": {"images": [{"image": "base", "groups": ["staff"]}]}},
    {"slug": "closed", "title": "Closed", "groups": ["staff"]},
]


def offered(profiles: list[dict[str, Any]], *groups: str) -> dict[str, list[str]]:
    """Slugs, each with the sizes that are left."""
    rendered = in_order(profile_list(deployment({"profiles": profiles})))
    user = SimpleNamespace(groups=[SimpleNamespace(name=group) for group in groups])
    found = only_for_members(rendered)(SimpleNamespace(user=user))  # type: ignore[arg-type]
    sizes = {each["slug"]: each.get("profile_options", {}).get("size", {}).get("choices", {}) for each in found}
    return {slug: list(choices) for slug, choices in sizes.items()}


def test_people_find_what_is_theirs() -> None:
    assert offered(PROFILES) == {"open": [], "mixed": ["small"]}
    assert offered(PROFILES, "staff") == {"open": [], "mixed": ["small", "large"], "theirs": [], "closed": []}


def test_whoever_has_nothing_left_is_told() -> None:
    with pytest.raises(web.HTTPError, match="None of this hub's profiles"):
        offered(PROFILES[3:])
