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
FREE = (("hub", "helm_values"), ("hub", "environment"))
"""Parts of a deployment where any name may stand."""


def sounds_secret(name: str) -> bool:
    """Whether a value of that name is better not shown."""
    return bool(SOUNDS_SECRET.search(name)) and not NAMES_SECRET.search(name)


def masked(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A deployment's plain data without what may be secret: a mark in its place tells only whether it is another one.

    `key` is what the marks are made with: those of another hub cannot be compared.
    """
    copied = dict(data)
    for section, name in FREE:
        free = copied[section].get(name, {})
        copied[section] = {**copied[section], name: _masked(free, key, secret=False)}
    return copied


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


def _masked(value: Any, key: str, *, secret: bool) -> Any:
    if isinstance(value, Mapping):
        return {name: _masked(item, key, secret=secret or sounds_secret(str(name))) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item, key, secret=secret) for item in value]
    if secret and isinstance(value, str) and value:
        mark = hmac.new(f"hubs:{key}".encode(), value.encode(), hashlib.sha256).hexdigest()[:8]
        return f"<not shown, {mark}>"
    return value
