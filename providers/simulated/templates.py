"""Outputs made from templates: "arn:aws:eks:{region}:{account}:cluster/{name}".

In braces stands a path into the properties, or a fact (account, region, ...), or one of:
{hex:N} {digits:N} {number:N} {letters:N} {uuid} {address} {octet}: made up, the same all over one resource, for ever;
{digits_of:PATH:N} {number_of:PATH:N} {hex_of:PATH:N} {uuid_of:PATH}: made up from a value, the same wherever it is;
{checksum_of:PATH}: its CRC-32, as a number;
{of:PATH:PROPERTY}: a property of the resource that is referred to at PATH; {last:PATH}: its part after the last slash;
{region_of:PATH}: a zone's region; {after_scheme:PATH}: a URL without https://; {now}; {ca}: a certificate, base64.
{a|b} takes the first that has a value. A template that is one pair of braces gives the value itself, of whatever type.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

from providers.simulated.places import at

_FIELD = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Source:
    """What templates are filled from."""

    properties: Mapping[str, Any]
    facts: Mapping[str, Any]
    seed: str
    made_at: str = ""
    referred: Callable[[str], Mapping[str, Any] | None] = lambda _: None
    """The properties of the resource that is referred to at a path."""


def filled(template: Any, source: Source) -> Any:
    """A template of any shape, with its fields filled; fields without a value give None, or nothing within text."""
    if isinstance(template, Mapping):
        return {name: filled(item, source) for name, item in template.items()}
    if isinstance(template, list):
        return [filled(item, source) for item in template]
    if not isinstance(template, str):
        return template
    whole = _FIELD.fullmatch(template)
    if whole:
        return _value(whole[1], source)
    return _FIELD.sub(lambda match: _text(_value(match[1], source)), template)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _value(field: str, source: Source) -> Any:
    for choice in field.split("|"):
        name, *arguments = choice.split(":")
        maker = _MAKERS.get(name)
        value = maker(source, arguments) if maker else _fact(name, source)
        if value not in (None, ""):
            return value
    return None


def _fact(name: str, source: Source) -> Any:
    value = at(source.properties, name)
    return source.facts.get(name) if value is None else value


def _digest(*parts: str) -> bytes:
    return b"".join(sha256("\0".join((*parts, str(turn))).encode()).digest() for turn in range(3))


def _hex(digest: bytes, length: int) -> str:
    return digest.hex()[:length]


def _digits(digest: bytes, length: int) -> str:
    # A number does not start with a zero.
    return str(1 + digest[0] % 9) + str(int.from_bytes(digest[1:64], "big"))[: length - 1]


def _letters(digest: bytes, length: int) -> str:
    return "".join("abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36] for byte in digest)[:length]


def _uuid(digest: bytes) -> str:
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _of_value(source: Source, path: str) -> bytes:
    return _digest("of", _text(_fact(path, source)))


def _address(digest: bytes) -> str:
    # TEST-NET-3 of RFC 5737: addresses that are nobody's.
    return f"203.0.113.{1 + digest[0] % 254}"


def _of(source: Source, arguments: list[str]) -> Any:
    target = source.referred(arguments[0])
    return None if target is None else at(target, arguments[1])


@cache
def certificate() -> str:
    """A certificate authority's certificate, self-signed, whose key nobody has."""
    return base64.b64encode(Path(__file__).with_name("ca.pem").read_bytes()).decode()


_MAKERS: dict[str, Callable[[Source, list[str]], Any]] = {
    "hex": lambda source, size: _hex(_digest(source.seed), int(size[0])),
    "digits": lambda source, size: _digits(_digest(source.seed), int(size[0])),
    "number": lambda source, size: int(_digits(_digest(source.seed), int(size[0]))),
    "letters": lambda source, size: _letters(_digest(source.seed), int(size[0])),
    "uuid": lambda source, _: _uuid(_digest(source.seed)),
    "address": lambda source, _: _address(_digest(source.seed)),
    "octet": lambda source, _: str(1 + _digest(source.seed)[1] % 254),
    "digits_of": lambda source, given: _digits(_of_value(source, given[0]), int(given[1])),
    "number_of": lambda source, given: int(_digits(_of_value(source, given[0]), int(given[1]))),
    "hex_of": lambda source, given: _hex(_of_value(source, given[0]), int(given[1])),
    "uuid_of": lambda source, given: _uuid(_of_value(source, given[0])),
    "checksum_of": lambda source, given: str(crc32(_text(_fact(given[0], source)).encode())),
    "of": _of,
    "last": lambda source, given: _text(_fact(given[0], source)).rsplit("/", 1)[-1],
    "after_scheme": lambda source, given: _text(_fact(given[0], source)).split("://", 1)[-1],
    "region_of": lambda source, given: re.sub(r"-[a-z]$", "", _text(_fact(given[0], source))),
    "now": lambda source, _: source.made_at,
    "ca": lambda *_: certificate(),
}
