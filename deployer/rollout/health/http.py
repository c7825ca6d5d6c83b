"""Requests to one part of a hub, whose every surprise becomes a `StepFailed`."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import httpx

from deployer.rollout.health.fault import StepFailed, first_words


def on_this_machine(url: str) -> bool:
    """Whether an address is loopback, where no proxy from the environment must come between."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def open_client(url: str) -> httpx.AsyncClient:
    """A client for everything under a hub's address. It waits for ever: steps bring their own limits."""
    return httpx.AsyncClient(base_url=url, timeout=None, trust_env=not on_this_machine(url))  # noqa: S113


class Caller:
    """Sends one token's requests to one part of the hub."""

    def __init__(self, client: httpx.AsyncClient, path: str, *, token: str, part: str) -> None:
        self._client = client
        self._path = path
        self.part = part
        self._headers = {"Authorization": f"token {token}"}

    async def send(
        self, method: str, path: str, *, fine: Collection[int], json: Any = None, follow: bool = False, **query: Any
    ) -> httpx.Response:
        """Raises StepFailed unless the status is one of `fine`."""
        try:
            response = await self._client.request(
                method, self._path + path, json=json, params=query, headers=self._headers, follow_redirects=follow
            )
        except httpx.HTTPError as error:
            raise unreachable(error, self.part) from error
        if response.status_code not in fine:
            raise unexpected(response, self.part)
        return response

    async def json(self, method: str, path: str, *, fine: Collection[int] = (200, 201), **more: Any) -> Any:
        """The answer's JSON; raises StepFailed when it is anything else."""
        response = await self.send(method, path, fine=fine, **more)
        try:
            return response.json()
        except ValueError:
            raise StepFailed(
                f"{answer(response)}, which is no JSON but {first_words(response.text)!r}", part=self.part
            ) from None


def unreachable(error: httpx.HTTPError, part: str) -> StepFailed:
    """A connection that could not be made, or broke: the proxy takes the connections for every part."""
    words = str(error) or type(error).__name__
    if isinstance(error, httpx.ConnectError):
        return StepFailed(f"no connection: {words}", part="proxy")
    return StepFailed(f"the connection broke: {words}", part=part)


def answer(response: httpx.Response) -> str:
    """`GET /hub/api/ answered 503 Service Unavailable`, without a query, which may hold a secret."""
    request = response.request
    return f"{request.method} {request.url.path} answered {response.status_code} {response.reason_phrase}".rstrip()


def unexpected(response: httpx.Response, part: str) -> StepFailed:
    """An answer of the wrong kind, with its first words."""
    words = first_words(response.text)
    return StepFailed(answer(response) + (f": {words}" if words else ""), part=part)
