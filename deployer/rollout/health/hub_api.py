"""What the check needs of a hub's REST API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import httpx

from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.http import Caller, answer, unexpected, unreachable

POLL_SECONDS = 0.1
REASON_SECONDS = 1.0
HUB = "hub"
NOTHING_SAID = ("Server requested", "Spawning server...")
"""JupyterHub's own first words of every start (jupyterhub 5.5, apihandlers/users.py and spawner.py)."""


class HubApi(Caller):
    """The hub, asked with the token of a service or of a user."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        super().__init__(client, "hub/api/", token=token, part=HUB)

    async def version(self) -> str:
        """JupyterHub's version. A page that says 200 and is no hub does not pass."""
        document = await self.json("GET", "")
        if not isinstance(document, dict) or "version" not in document:
            raise StepFailed("GET /hub/api/ answered JSON that is not JupyterHub's: it has no version", part=HUB)
        return str(document["version"])

    async def users(self, prefix: str) -> dict[str, datetime]:
        """When each user was made whose name starts with the prefix."""
        found = await self.json("GET", "users", name_filter=prefix)
        return {
            user["name"]: datetime.fromisoformat(user["created"]) for user in found if user["name"].startswith(prefix)
        }

    async def add_user(self, name: str) -> None:
        await self.json("POST", f"users/{name}")

    async def remove_user(self, name: str) -> None:
        """Remove a user and their server; fine when they are gone. Waits for a server that is stopping."""
        while True:
            response = await self.send("DELETE", f"users/{name}", fine=(204, 400, 404))
            if response.status_code != 400:
                return
            await asyncio.sleep(POLL_SECONDS)

    async def new_token(self, name: str, *, seconds: int) -> str:
        """A token that may do what that user may do, for that long."""
        made = await self.json("POST", f"users/{name}/tokens", json={"note": "health check", "expires_in": seconds})
        return str(made["token"])

    async def start_server(
        self, name: str, told: Callable[[str], None], options: Mapping[str, str] | None = None
    ) -> None:
        """Start a server and wait until it answers; `told` hears the spawner's messages.

        `options` are those of the profile form; without any it is the default profile's.
        """
        asked = dict(options or {})
        response = await self.send("POST", f"users/{name}/server", json=asked, fine=(201, 202, 500))
        if response.status_code == 202:
            await self._follow_start(name, told)
        elif response.status_code == 500:
            # The answer hides the spawner's reason behind "Internal Server Error"; the progress tells it.
            with suppress(TimeoutError):
                async with asyncio.timeout(REASON_SECONDS):
                    await self._follow_start(name, told)
            raise StepFailed(f"{answer(response)}: the server ended before it answered", part=server_part(name))

    async def _follow_start(self, name: str, told: Callable[[str], None]) -> None:
        path = f"{self._path}users/{name}/server/progress"
        try:
            while True:
                async with self._client.stream("GET", path, headers=self._headers) as stream:
                    if stream.status_code != 200:
                        await stream.aread()
                        raise unexpected(stream, HUB)
                    if await _is_ready(stream, name, told):
                        return
                await asyncio.sleep(POLL_SECONDS)
        except httpx.HTTPError as error:
            raise unreachable(error, HUB) from error

    async def stop_server(self, name: str) -> None:
        """Stop a user's server and wait until it is gone; fine when none runs."""
        while (await self.send("DELETE", f"users/{name}/server", fine=(202, 204, 404))).status_code == 202:
            await asyncio.sleep(POLL_SECONDS)


def server_part(name: str) -> str:
    """How `HubRuntime.parts` names a user's server."""
    return f"server:{name}"


async def _is_ready(stream: httpx.Response, name: str, told: Callable[[str], None]) -> bool:
    """Reads progress events to their end; False when the stream was cut before it told how the start went."""
    async for line in stream.aiter_lines():
        if not line.startswith("data:"):
            continue
        event: dict[str, Any] = json.loads(line.removeprefix("data:"))
        message = str(event.get("message", ""))
        if event.get("failed"):
            raise StepFailed(message, part=server_part(name))
        if event.get("ready"):
            return True
        if message not in NOTHING_SAID:
            told(message)
    return False
