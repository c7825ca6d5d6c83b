"""Sizes of servers as shares of a node: 1, 1/2, 1/4; what they amount to is computed from the machine."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from schemas.model import PATTERN_WORDS

PATTERN = r"^1\s*/\s*[1-9][0-9]{0,2}$"
PATTERN_WORDS[PATTERN] = "a share of a node, e.g. 1/4"
SMALLEST = 256
"""Servers on one node at most; more than any cloud has addresses for on the machines here."""


def _servers_per_node(value: Any) -> Any:
    if type(value) is int and value == 1:
        return 1
    match = re.fullmatch(r"1\s*/\s*([1-9][0-9]{0,2})", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write 1 for a whole node, or a share such as 1/2 or 1/4: other shares would leave a gap")
    return int(match.group(1))


def _as_written(per_node: int) -> int | str:
    return 1 if per_node == 1 else f"1/{per_node}"


Share = Annotated[
    int,
    Field(ge=1, le=SMALLEST),
    BeforeValidator(_servers_per_node),
    PlainSerializer(_as_written),
    WithJsonSchema(
        {
            "anyOf": [{"const": 1}, {"type": "string", "pattern": PATTERN}],
            "description": "A share of a node: 1 for all of it, 1/4 for a quarter.",
        }
    ),
]
"""Read as the number of servers that fill a node: 1/4 is 4."""


def share_slug(per_node: int) -> str:
    """Short name of a share: "1" for the whole node, "1-4" for a quarter."""
    return "1" if per_node == 1 else f"1-{per_node}"
