"""Outputs made from templates."""

from __future__ import annotations

import base64
import re

from providers.simulated.templates import Source, filled

SOURCE = Source(
    {"name": "demo", "tags": {"a": "b"}, "subnets": ["x"], "location": "us-central1-b", "empty": ""},
    {"account": "123", "region": "us-west-2"},
    seed="one",
    made_at="2026-01-01T00:00:00Z",
    referred=lambda path: {"vpcId": "vpc-1"} if path == "subnets" else None,
)


def test_paths_facts_and_choices() -> None:
    assert filled("arn:{region}:{account}:{name}", SOURCE) == "arn:us-west-2:123:demo"
    assert filled("{tags}", SOURCE) == {"a": "b"}
    assert filled("{nothing|empty|name}", SOURCE) == "demo"
    assert filled("{nothing}", SOURCE) is None
    assert filled("<{nothing}>", SOURCE) == "<>"
    assert filled({"a": ["{name}", 1, True]}, SOURCE) == {"a": ["demo", 1, True]}


def test_what_is_made_up_is_the_same_all_over_one_resource_and_differs_between_two() -> None:
    assert filled("vpc-{hex:17}", SOURCE)[4:] == filled("arn/{hex:17}", SOURCE)[4:]
    assert filled("{hex:17}", SOURCE) != filled("{hex:17}", Source({}, {}, "two"))
    assert re.fullmatch(r"[1-9]\d{18}", filled("{digits:19}", SOURCE))
    assert filled("{digits_of:name:12}", SOURCE) == filled("{digits_of:name:12}", Source({"name": "demo"}, {}, "two"))


def test_references_and_parts() -> None:
    assert filled("{of:subnets:vpcId}", SOURCE) == "vpc-1"
    assert filled("{region_of:location}", SOURCE) == "us-central1"
    assert filled("{now}", SOURCE) == "2026-01-01T00:00:00Z"
    assert base64.b64decode(filled("{ca}", SOURCE)).startswith(b"-----BEGIN CERTIFICATE-----")
