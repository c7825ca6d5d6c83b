"""What the check needs of a user's own server."""

from __future__ import annotations

from typing import Any

import httpx

from deployer.rollout.health.fault import StepFailed, first_words
from deployer.rollout.health.http import Caller, answer
from deployer.rollout.health.hub_api import server_part


class ServerApi(Caller):
    """A running Jupyter server, asked with its user's token."""

    def __init__(self, client: httpx.AsyncClient, name: str, token: str) -> None:
        super().__init__(client, f"user/{name}/", token=token, part=server_part(name))
        self.token = token
        self._root = f"{client.base_url.path}{self._path}"
        self._websocket_root = str(client.base_url.copy_with(path=self._root)).replace("http", "ws", 1)

    async def page(self, path: str, **query: str) -> tuple[str, str]:
        """Path (below the server) and text of the page that a browser ends at."""
        response = await self.send("GET", path, fine=(200,), follow=True, **query)
        where = response.url.path
        if not where.startswith(self._root):
            raise StepFailed(f"the server's page /{path} led away from the server, to {where}", part=self.part)
        if "html" not in response.headers.get("content-type", ""):
            raise StepFailed(f"{answer(response)} with no page: {first_words(response.text)!r}", part=self.part)
        return where.removeprefix(self._root), response.text

    async def kernel_languages(self) -> dict[str, str]:
        """Language of each kernel by its name, the default kernel first."""
        document = await self.json("GET", "api/kernelspecs")
        specs: dict[str, Any] = document["kernelspecs"]
        default = document["default"]
        ordered = sorted(specs, key=lambda name: (name != default, name))
        return {name: str(specs[name]["spec"]["language"]).lower() for name in ordered}

    async def start_kernel(self, kernel: str) -> str:
        """Id of a new kernel."""
        return str((await self.json("POST", "api/kernels", json={"name": kernel}))["id"])

    def kernel_address(self, kernel_id: str) -> str:
        """Address of a kernel's websocket."""
        return f"{self._websocket_root}api/kernels/{kernel_id}/channels"

    async def kernel_state(self, kernel_id: str) -> str:
        """The server's view of a kernel: "starting", "idle", "dead" …, and "gone" once it gave it up."""
        response = await self.send("GET", f"api/kernels/{kernel_id}", fine=(200, 404))
        return "gone" if response.status_code == 404 else str(response.json()["execution_state"])

    async def has_folder(self, path: str) -> bool:
        """Whether a folder is there and can be listed."""
        response = await self.send("GET", f"api/contents/{path}", fine=(200, 404))
        return response.status_code == 200 and response.json()["type"] == "directory"

    async def read_text(self, path: str) -> str:
        return str((await self.json("GET", f"api/contents/{path}"))["content"])

    async def write_text(self, path: str, text: str) -> None:
        await self.json(
            "PUT", f"api/contents/{path}", json={"type": "file", "format": "text", "content": text}, fine=(200, 201)
        )
