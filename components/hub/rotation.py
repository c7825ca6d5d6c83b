"""Names of the keys that a hub makes for itself, each of which can be drawn anew. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.layout import services

if TYPE_CHECKING:
    from schemas.community import Deployment

COOKIES = "cookies"
SIGN_IN_STATE = "sign-in-state"
PROXY_TOKEN = "proxy-token"  # noqa: S105 - a name
PASSWORD = "password"  # noqa: S105 - a name
EFFECTS = {
    COOKIES: "everybody signs in again",
    SIGN_IN_STATE: "what was encrypted before can still be read, with the key before this one",
    PROXY_TOKEN: "hub and proxy restart; servers go on",
    PASSWORD: "everybody needs the new shared password",
}
"""What people notice, by key; of tokens of services it is nothing."""


def token_name(service: str) -> str:
    """Of the key by which a service speaks to the hub."""
    return f"{service}-token"


def key_names(deployment: Deployment) -> tuple[str, ...]:
    """All keys that one stage of a community has."""
    own = (PASSWORD,) if deployment.hub.auth.type == "dummy" else ()
    return (COOKIES, SIGN_IN_STATE, PROXY_TOKEN, *map(token_name, services(deployment)), *own)
