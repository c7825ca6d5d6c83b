"""Under which id a provider keeps a resource, where that follows from what was asked for.

A cloud's own types stand in its folder's `identities`.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's word for what is not known yet (pulumi/sdk/go/common/resource/plugin/rpc.go)."""
FIELD = re.compile(r"\{(?:(?P<form>\w+):)?(?P<path>[\w.]+)\}")


@dataclass(frozen=True)
class Identities:
    """What one provider of resources knows: by type, a template of the id.

    In braces stands a path into the resource's inputs, or into its provider's settings where those do not have it; or
    {last:PATH}, what is after the last slash; {lower:PATH}; {after_scheme:PATH}, a URL without https://;
    {checksum:PATH}, the CRC-32 as a number; {only:PATH}, the one member of a list.
    """

    templates: Mapping[str, str]

    def identity(self, type: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:  # noqa: A002
        """Of one resource; None for a type that is not listed, or where a field is missing, unknown or a secret."""
        template = self.templates.get(type)
        if template is None:
            return None
        try:
            return FIELD.sub(lambda field: _value(field, inputs, settings), template)
        except LookupError:
            return None


def _value(field: re.Match[str], *sources: Mapping[str, Any]) -> str:
    formed = _FORMS[field["form"] or ""]
    for source in sources:
        value: Any = source
        for step in field["path"].split("."):
            # A secret is a mapping too, and none of its keys is ever asked for.
            value = value.get(step) if isinstance(value, Mapping) else None
        if isinstance(value, str) and value not in ("", UNKNOWN):
            return formed(value)
    raise LookupError(field["path"])


def _only(text: str) -> str:
    # The engine keeps lists among a provider's settings as JSON.
    members = json.loads(text)
    if not isinstance(members, list) or len(members) != 1:
        raise LookupError(text)
    return str(members[0])


_FORMS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "last": lambda text: text.rpartition("/")[2],
    "lower": str.lower,
    "after_scheme": lambda text: text.partition("://")[2],
    "checksum": lambda text: str(zlib.crc32(text.encode())),
    "only": _only,
}
