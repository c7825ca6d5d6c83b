"""What only one hub knows: made once, kept in the state as secrets and in the hub's folder."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

# No letters or digits that are taken for one another when read aloud or from paper.
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def _password() -> str:
    """79 bits in a form that can be typed: four times four characters."""
    return "-".join("".join(secrets.choice(CLEAR) for _ in range(4)) for _ in range(4))


def _hex_key() -> str:
    return secrets.token_hex(32)


FORMER_CRYPT_KEY = "former_crypt_key"
"""What was encrypted before the key was rotated is opened with it; empty until then."""
ROTATED = {
    "cookies": "cookie_secret",
    "sign-in-state": "crypt_key",
    "proxy-token": "proxy_auth_token",
    "health-token": "health_token",
    "password": "password",
}
"""The keys by the names that people rotate them by; services that have no key here have none to rotate."""

_MAKERS: Mapping[str, Callable[[], str]] = {
    "password": _password,
    "health_token": _hex_key,
    "proxy_auth_token": _hex_key,
    "cookie_secret": _hex_key,
    "crypt_key": _hex_key,
}
NAMES = frozenset({*_MAKERS, FORMER_CRYPT_KEY})


def complete(
    known: Mapping[str, Any], *, generations: Mapping[str, Any] | None = None, before: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """All keys of a hub: those known, and new ones for the rest and for those of another generation than `before`."""
    now, then = generations or {}, before or {}
    anew = {key for name, key in ROTATED.items() if now.get(name, 1) != then.get(name, 1)}
    keys = {name: str((name not in anew and known.get(name)) or make()) for name, make in _MAKERS.items()}
    former = known.get("crypt_key" if "crypt_key" in anew else FORMER_CRYPT_KEY)
    return {**keys, FORMER_CRYPT_KEY: str(former or "")}
