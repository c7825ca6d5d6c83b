"""What is said of inputs that the SDK does not have."""

from __future__ import annotations

from typing import Any

import pytest

from providers.engine.values import UNKNOWN
from providers.simulated.conformity import nonconforming
from providers.simulated.shapes import Property, Shape

TAINT = {"key": Property("string", True), "effect": Property(["enum", ["NoSchedule", "NoExecute"], False], False)}
SHAPE = Shape(
    {
        "name": Property("string", True),
        "count": Property("integer", False),
        "ratio": Property("number", False),
        "spot": Property("boolean", False),
        "labels": Property(["map", "string"], False),
        "taints": Property(["list", ["object", "Taint"]], False),
        "place": Property(["either", ["string", ["object", "Taint"]]], False),
        "mode": Property(["enum", ["System", "User"], True], False),
    },
    {},
    {"Taint": TAINT},
)


@pytest.mark.parametrize(
    ("inputs", "property_path", "reason"),
    [
        ({"nmae": "x"}, "nmae", "did you mean 'name'?"),
        ({"Count": 1}, "Count", "did you mean 'count'?"),
        ({"count": 1.5}, "count", "wants an integer here, not the number 1.5"),
        ({"count": True}, "count", "wants an integer here, not the boolean True"),
        ({"ratio": "1"}, "ratio", "wants a number here, not the string '1'"),
        ({"spot": "true"}, "spot", "wants a boolean here"),
        ({"labels": {"a": 1}}, 'labels["a"]', "wants a string here"),
        ({"labels": ["a"]}, "labels", "wants a map here, not a list"),
        ({"taints": [{"key": "a"}, {"key": 2}]}, "taints[1].key", "wants a string here"),
        ({"taints": [{}]}, "taints[0].key", "which is missing"),
        ({"mode": "Usr"}, "mode", "does not know 'Usr'; did you mean 'User'? (System, User)"),
        ({"place": {"kye": "a"}}, "place.kye", "did you mean 'key'?"),
    ],
)
def test_faults_name_their_place(inputs: dict[str, Any], property_path: str, reason: str) -> None:
    found = nonconforming({"name": "n", **inputs}, SHAPE, "cloud Pool")
    assert [one.property for one in found][:1] == [property_path]
    assert reason in found[0].reason


def test_what_a_run_will_tell_is_not_judged() -> None:
    inputs = {"name": UNKNOWN, "count": UNKNOWN, "taints": [UNKNOWN], "labels": {"a": UNKNOWN}}
    assert nonconforming(inputs, SHAPE, "cloud Pool") == []


def test_lists_of_known_values_bind_only_where_the_cloud_says_so() -> None:
    inputs = {"name": "n", "taints": [{"key": "a", "effect": "Never"}]}
    assert nonconforming(inputs, SHAPE, "cloud Pool") == []
    assert len(nonconforming(inputs, SHAPE, "cloud Pool", exact_enums=True)) == 1


def test_everything_is_said_at_once() -> None:
    assert len(nonconforming({"nmae": "x", "count": "1"}, SHAPE, "cloud Pool")) == 3
