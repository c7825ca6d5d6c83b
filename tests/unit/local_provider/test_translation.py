"""Values on their way from and to the engine, and what counts as a difference."""

from __future__ import annotations

import pytest
from google.protobuf import json_format, struct_pb2

from providers.engine import wire
from providers.engine.values import UNKNOWN, Difference, Values, known
from providers.local.differences import differences
from providers.local.directory import RESOURCE as DIRECTORY
from providers.local.hub import RESOURCE as HUB


def _struct(values: object) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def test_secrets_at_any_depth_make_the_whole_input_secret() -> None:
    secret = {wire.SIGNATURE: wire.SECRET, "value": "hush"}
    values, secrets = wire.read(_struct({"a": secret, "b": {"c": [secret, 1]}, "d": "plain"}))
    assert values == {"a": "hush", "b": {"c": ["hush", 1]}, "d": "plain"}
    assert secrets == {"a", "b"}
    assert wire.read(wire.write(values, secrets)) == (values, secrets)


def test_what_is_not_known_yet_comes_through() -> None:
    values, _ = wire.read(_struct({"folder": wire.UNKNOWN_MARK, "all": {"x": [wire.UNKNOWN_MARK]}}))
    assert values["folder"] is UNKNOWN
    assert not known(values["all"])
    assert wire.write(values, ())["folder"] == wire.UNKNOWN_MARK


@pytest.mark.parametrize("value", [8000, 0, -1, 0.25, True, None, "", [], {}, {"a": [None, 1.5]}])
def test_values_come_back_as_they_were(value: object) -> None:
    values, _ = wire.read(wire.write({"value": value}, ()))
    assert values == {"value": value}
    assert type(values["value"]) is type(value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"keep": True}, {"keep": True}, []),
        ({"keep": True}, {"keep": False}, [Difference("keep", "update")]),
        ({}, {"keep": False}, [Difference("keep", "add")]),
        ({"keep": False}, {}, [Difference("keep", "delete")]),
        ({"keep": None}, {}, []),  # no value and no entry are the same
        ({"path": "/a"}, {"path": "/b"}, [Difference("path", "update", replaces=True)]),
        ({"path": "/a"}, {"path": UNKNOWN}, [Difference("path", "update", replaces=True)]),
    ],
)
def test_differences(old: Values, new: Values, expected: list[Difference]) -> None:
    assert differences(DIRECTORY, old, new, {}) == expected


def test_differences_within_settings_are_named_by_their_place() -> None:
    old = {"settings": {"title": "A", "traits": {"x-y": 1, "same": 2}}}
    new = {"settings": {"title": "B", "traits": {"x-y": 3, "same": 2}}}
    places = [one.place for one in differences(HUB, old, new, {})]
    assert places == ["settings.title", 'settings.traits["x-y"]']


def test_drift_is_a_difference() -> None:
    found = differences(HUB, {}, {}, {"drift": ["the hub is not running"]})
    assert found == [Difference("drift", "update", of_input=False)]
