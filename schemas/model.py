"""What every model of a community file has in common."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints


class Model(BaseModel):
    """A part of a community file: frozen, and a key it does not know is an error.

    Strict: "3" is no number, true is not 1, and a text is not a list; whole numbers do for fractional ones.
    """

    # Built when it is first used: most models are only parts of others, and a command waits for all of them.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


T = TypeVar("T")

Many = Annotated[tuple[T, ...], Strict(False)]
"""A list in YAML, a tuple here. Lax about the container alone: its items stay strict."""

PATTERN_WORDS: dict[str, str] = {}
"""What each pattern means, in words for people."""


def text(pattern: str, words: str, *, max_length: int, min_length: int = 1) -> StringConstraints:
    """Constraints of a text; `words` finish the sentence "it must be …"."""
    PATTERN_WORDS[pattern] = words
    return StringConstraints(pattern=pattern, min_length=min_length, max_length=max_length)


Slug = Annotated[
    str,
    text(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "lower-case letters, digits and dashes between them", max_length=40),
]
"""A name that may stand in addresses, folders and labels."""

COMMUNITY_NAME = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"
CommunityName = Annotated[
    str,
    text(
        COMMUNITY_NAME,
        "lower-case letters, digits and dashes between them, starting with a letter",
        min_length=2,
        max_length=24,
    ),
]
"""24 characters: the tightest limit of the clouds on a cluster's name (parity sheet, ClusterArgs)."""

NodePoolName = Annotated[
    str, text(r"^[a-z][a-z0-9]*$", "lower-case letters and digits, starting with a letter", max_length=11)
]
"""11 lower-case letters and digits: AKS allows 12, one is kept for the pool's generation."""

Domain = Annotated[
    str,
    text(
        r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]{2,}$",
        "a domain in lower case, without https:// and without a path, e.g. hub.example.org",
        max_length=253,
    ),
]

WebAddress = Annotated[
    str, text(r"^https?://[^\s]+$", "a web address that starts with https:// or http://", max_length=2000)
]

UrlPath = Annotated[str, text(r"^/", "a path that starts with /, e.g. /lab", max_length=500)]
"""Where a server opens, after the hub's address."""

UserName = Annotated[str, text(r"^[^\s/]+$", "a user name, without spaces and slashes", max_length=255)]
"""As the sign-in service names a person: a GitHub login, an e-mail address."""

GroupName = Annotated[str, text(r"^[^\s/]+$", "a group's name, without spaces and slashes", max_length=255)]

Environment = dict[
    Annotated[str, text(r"^[A-Za-z_][A-Za-z0-9_]*$", "letters, digits and underscores", max_length=100)],
    str,
]
"""Environment variables by name; values are texts."""

Cpu = Annotated[float, Field(gt=0, le=1024)]
MemoryGib = Annotated[float, Field(gt=0, le=32768)]
