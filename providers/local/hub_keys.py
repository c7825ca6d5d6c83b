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


_MAKERS: Mapping[str, Callable[[], str]] = {
    "password": _password,
    "health_token": _hex_key,
    "proxy_auth_token": _hex_key,
    "cookie_secret": _hex_key,
    "crypt_key": _hex_key,
}
NAMES = frozenset(_MAKERS)


def complete(known: Mapping[str, Any]) -> dict[str, str]:
    """All keys of a hub: those known, and new ones for the rest."""
    return {name: str(known.get(name) or make()) for name, make in _MAKERS.items()}
