"""The first step on a cluster: wait for the name, the certificate and the way in of a hub that was just deployed."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import httpx

from deployer.rollout.health.fault import StepFailed, first_words
from deployer.rollout.health.http import answer
from deployer.rollout.health.result import ENTRANCE
from deployer.rollout.health.session import Session

POLL_SECONDS = 3.0
TRY_SECONDS = 10.0
NOBODY_BEHIND = (404, 500, 502, 503, 504)
"""What a gateway answers that has no route yet, or nobody behind it."""


@dataclass(frozen=True)
class Missing:
    """What is not there yet."""

    seen: str
    remedy: str


async def address_leads_there(session: Session) -> str:
    began = monotonic()
    gives_up = began + session.target.settling_seconds
    while (missing := await _missing(session)) is not None:
        session.hear(missing.seen)
        if monotonic() + POLL_SECONDS >= gives_up:
            raise StepFailed(await _in_full(session, missing), part=ENTRANCE)
        await asyncio.sleep(POLL_SECONDS)
    waited = monotonic() - began
    return f"after {waited:.0f} s" if waited > POLL_SECONDS else ""


async def _missing(session: Session) -> Missing | None:
    host = urlsplit(session.target.url).hostname or session.target.url
    try:
        # Connections that were refused must not be kept: the next try is to find what is new.
        async with asyncio.timeout(TRY_SECONDS):
            response = await session.client.get("hub/api/", headers={"Connection": "close"})
    except TimeoutError:
        return Missing(
            f"nobody at {host} answers within {TRY_SECONDS:g} s", "see that its name points at the cluster's entrance"
        )
    except httpx.HTTPError as error:
        return _unreached(error, host)
    if response.status_code not in NOBODY_BEHIND:
        return None
    words = first_words(response.text)
    return Missing(
        f"{answer(response)}{f': {words}' if words else ''}", "the entrance works, and the hub behind it does not yet"
    )


def _unreached(error: httpx.HTTPError, host: str) -> Missing:
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return Missing(
                f"the name {host} does not resolve",
                "give it a record in your DNS that points at the cluster's entrance (docs/health.md)",
            )
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Missing(
                f"the certificate of {host} does not hold: {cause.verify_message}",
                "it comes by itself once the name points at the cluster's entrance and port 80 is open to the world",
            )
        if isinstance(cause, ssl.SSLError):
            return Missing(f"{host} has no certificate yet: {cause.reason or cause}", "it comes by itself in minutes")
    return Missing(
        f"no connection to {host}: {error or type(error).__name__}",
        "see that its name points at the cluster's entrance, and that its certificate is there",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            for each in cause.exceptions:
                yield from _causes(each)
        cause = cause.__cause__ or cause.__context__


async def _in_full(session: Session, missing: Missing) -> str:
    """With what the cluster says of it, where it says something."""
    logs = session.target.logs
    lines = await asyncio.to_thread(logs.observe) if logs else ()
    cluster = f"; the cluster says: {'; '.join(lines)}" if lines else ""
    return f"{missing.seen}{cluster}; {missing.remedy}"
