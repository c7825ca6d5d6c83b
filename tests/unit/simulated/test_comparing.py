"""Which changes update and which replace."""

from __future__ import annotations

from typing import Any

import pytest

from providers.engine.values import UNKNOWN
from providers.simulated.comparing import compared
from providers.simulated.kinds import Autoname, Kind
from providers.simulated.naming import DEFAULTS

POOL = Kind(
    "cloud:pool:Pool",
    id="{name}",
    autoname=Autoname("name"),
    replaces=("name", "config.spot", "config.accelerators", "encryption.key"),
    unordered=("subnets",),
    replaced_when_smaller=("size",),
)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"size": 1}, {"size": 1}, {}),
        ({"size": 1}, {"size": 2}, {"size": ("update", False)}),
        ({"size": 2}, {"size": 1}, {"size": ("update", True)}),
        ({"config": {"spot": False}}, {"config": {"spot": True}}, {"config.spot": ("update", True)}),
        (
            {},
            {"config": {"spot": True, "labels": {"a.b/c": "d"}}},
            {"config.spot": ("add", True), 'config.labels["a.b/c"]': ("add", False)},
        ),
        ({"encryption": {"key": "k"}}, {}, {"encryption.key": ("delete", True)}),
        (
            {"config": {"accelerators": [{"count": 1}]}},
            {"config": {"accelerators": [{"count": 2}]}},
            {"config.accelerators[0].count": ("update", True)},
        ),
        ({"subnets": ["a", "b"]}, {"subnets": ["b", "a"]}, {}),
        ({"subnets": ["a", "b"]}, {"subnets": ["b", "c"]}, {"subnets": ("update", False)}),
        # What a run will tell may be different: so it counts as a change.
        ({"config": {"spot": True}}, {"config": {"spot": UNKNOWN}}, {"config.spot": ("update", True)}),
        ({DEFAULTS: ["name"], "size": 1}, {DEFAULTS: [], "size": 1}, {}),
    ],
)
def test_changes(old: dict[str, Any], new: dict[str, Any], expected: dict[str, tuple[str, bool]]) -> None:
    found = compared(POOL, old, new).differences
    assert {one.place: (one.kind, one.replaces) for one in found} == expected


@pytest.mark.parametrize(("defaults", "name", "first"), [([], "a", True), (["name"], "a", False), ([], "b", False)])
def test_only_a_name_that_stays_makes_the_old_go_first(defaults: list[str], name: str, first: bool) -> None:
    old = {"name": "a", "config": {"spot": False}, DEFAULTS: defaults}
    new = {"name": name, "config": {"spot": True}, DEFAULTS: defaults}
    assert compared(POOL, old, new).deleted_before_replaced is first
