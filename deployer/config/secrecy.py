"""Values that sound like secrets are kept from view, wherever people may write what they like."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any

from deployer.config.document import Path

SOUNDS_SECRET = re.compile(
    r"passw|secret|token|credential|private_?key|api_?key|access_?key|cookie|auth_?key", re.IGNORECASE
)
NAMES_SECRET = re.compile(
    r"(_env|secretName|existingSecret|_url|Url|_file|_path|_expires.*|lifetime.*)$", re.IGNORECASE
)
"""Ends of names of what only tells where a secret is, or about it."""
NOT_SHOWN = "<not shown>"
SHORT, WHOLE = 8, 64
"""Digits of marks: enough to tell edits apart, and so many that nobody finds another text with the same mark."""
MARK = re.compile(rf"<not shown, (?:[0-9a-f]{{{SHORT}}}|[0-9a-f]{{{WHOLE}}})>")
FREE = (("hub", "helm_values"), ("hub", "environment"))
"""Parts of a deployment where any name may stand."""


def sounds_secret(name: str) -> bool:
    """Whether a value of that name is better not shown."""
    return bool(SOUNDS_SECRET.search(name)) and not NAMES_SECRET.search(name)


def masked(data: Mapping[str, Any], key: str, *, digits: int = SHORT) -> dict[str, Any]:
    """A deployment's plain data without what may be secret: a mark in its place tells only whether it is another one.

    `key` is what the marks are made with: those of another hub cannot be compared. Short marks are for what is kept:
    where it matters that two values are the same, `digits` is WHOLE.
    """
    copied = dict(data)
    for section, name in FREE:
        free = copied[section].get(name, {})
        copied[section] = {**copied[section], name: _masked(free, key, secret=False, digits=digits)}
    return copied


def secrets_by_mark(data: Mapping[str, Any], key: str) -> dict[str, str]:
    """What `masked` would put marks in the place of, by its mark."""
    free = (data[section].get(name, {}) for section, name in FREE)
    return {_mark(value, key, SHORT): value for part in free for value in _secrets(part, secret=False)}


def marked_paths(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Where `masked` put marks, and which."""
    for section, name in FREE:
        yield from _marked(data[section].get(name, {}), (section, name))


def unmarked(value: Any) -> Any:
    """Plain data with the same words in the place of every mark.

    Marks are for what compares: whoever knows a hub's name could guess at a short secret by its mark.
    """
    if isinstance(value, str):
        return MARK.sub(NOT_SHOWN, value)
    if isinstance(value, Mapping):
        return {name: unmarked(item) for name, item in value.items()}
    return [unmarked(item) for item in value] if isinstance(value, list | tuple) else value


def veiled(value: Any) -> Any:
    """Plain data with words in the place of texts that may be secret."""
    if isinstance(value, Mapping):
        return {
            name: NOT_SHOWN if isinstance(item, str) and item and sounds_secret(str(name)) else veiled(item)
            for name, item in value.items()
        }
    return [veiled(item) for item in value] if isinstance(value, list | tuple) else value


def secret_paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where in plain data a text stands that may be secret."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(item, str) and item and sounds_secret(str(name)):
                yield (*path, name)
            else:
                yield from secret_paths(item, (*path, name))
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from secret_paths(item, (*path, position))


def _masked(value: Any, key: str, *, secret: bool, digits: int) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _masked(item, key, secret=secret or sounds_secret(str(name)), digits=digits)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_masked(item, key, secret=secret, digits=digits) for item in value]
    return _mark(value, key, digits) if secret and isinstance(value, str) and value else value


def _secrets(value: Any, *, secret: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _secrets(item, secret=secret or sounds_secret(str(name)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secrets(item, secret=secret)
    elif secret and isinstance(value, str) and value:
        yield value


def _marked(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping | list | tuple):
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _marked(item, (*path, key))
    elif isinstance(value, str) and MARK.fullmatch(value):
        yield path, value


def _mark(value: str, key: str, digits: int) -> str:
    mark = hmac.new(f"hubs:{key}".encode(), value.encode(), hashlib.sha256).hexdigest()[:digits]
    return f"<not shown, {mark}>"
