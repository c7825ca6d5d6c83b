"""One session of one user: what the steps share, and how it is cleared away."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

import httpx

from components.contract import HEALTH_CHECK_USERS
from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.hub_api import HubApi, server_part
from deployer.rollout.health.kernel import Kernel
from deployer.rollout.health.languages import Language
from deployer.rollout.health.server_api import ServerApi
from deployer.rollout.health.target import HubTarget


@dataclass
class Session:
    """Filled step by step; `clear_away` takes back what was made."""

    target: HubTarget
    client: httpx.AsyncClient
    resources: AsyncExitStack
    """Closed when the session ends, whichever way."""
    deadline_seconds: float
    on_told: Callable[[str], None]
    """Hears what a part says of work still going on."""
    name: str = field(default_factory=lambda: HEALTH_CHECK_USERS + secrets.token_hex(4))

    hub: HubApi = field(init=False)
    """The hub, asked as the service `health`."""
    as_user: HubApi = field(init=False)
    """The hub, asked as the user; from `signed_in` on."""
    server: ServerApi = field(init=False)
    """The user's server; from `signed_in` on."""
    language: Language = field(init=False)
    kernel_id: str = field(init=False)
    kernel: Kernel = field(init=False)

    user_made: bool = False
    user_token: str = field(default="", repr=False)
    told: str = ""
    """The last thing that a part said of work still going on."""

    def __post_init__(self) -> None:
        self.hub = HubApi(self.client, self.target.api_token)

    @property
    def server_part(self) -> str:
        """The user's server, as `HubRuntime.parts` names it."""
        return server_part(self.name)

    def signed_in(self, token: str) -> None:
        """From here on requests can be made as the user."""
        self.user_token = token
        self.as_user = HubApi(self.client, token)
        self.server = ServerApi(self.client, self.name, token)

    def hear(self, text: str) -> None:
        """A part says something of work that is still going on."""
        self.told = self.redact(text)
        self.on_told(self.told)

    async def clear_away(self) -> None:
        """Stop the server and remove the user, as far as there are any; raises StepFailed when the hub refuses."""
        if not self.user_made:
            return
        if self.user_token:
            # Unlike removing the user, this also stops a server that is still starting.
            with suppress(StepFailed):
                await self.as_user.stop_server(self.name)
        await self.hub.remove_user(self.name)
        self.user_made = False

    def redact(self, text: str) -> str:
        """The text without this session's secrets."""
        for secret in (self.target.api_token, self.target.password, self.user_token):
            if secret:
                text = text.replace(secret, "[secret]")
        return text
