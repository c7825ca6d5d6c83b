"""A kernel spoken to over its websocket, in the Jupyter messaging protocol, version 5."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.http import on_this_machine

GONE = ("restarting", "dead")


class CellFailed(Exception):  # noqa: N818  (what a cell answered, as a kernel tells it)
    """A cell raised: `NameError: name 'x' is not defined`."""


class Kernel:
    """One open websocket to one kernel."""

    def __init__(self, socket: ClientConnection, part: str) -> None:
        self._socket = socket
        self._session = uuid4().hex
        self.part = part

    async def ready(self) -> None:
        """Wait until the kernel itself answers, not only the server before it."""
        async for message in self._ask("kernel_info_request", {}):
            if message["msg_type"] == "kernel_info_reply":
                return

    async def run(self, code: str) -> str:
        """What a cell prints and results in; raises CellFailed when it raises."""
        # After a cell that raised and may, a kernel told to stop on errors would refuse the next one for a moment.
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False, "stop_on_error": False}
        output: list[str] = []
        replied = idle = False
        async for message in self._ask("execute_request", content):
            told = message["content"]
            match message["msg_type"]:
                case "stream":
                    output.append(told["text"])
                case "execute_result":
                    output.append(told["data"].get("text/plain", ""))
                case "error":
                    raise CellFailed(f"{told['ename']}: {told['evalue']}")
                case "execute_reply" if told["status"] == "error":
                    raise CellFailed(f"{told['ename']}: {told['evalue']}")
                case "execute_reply" if told["status"] != "ok":
                    raise CellFailed(f"the kernel did not run it: {told['status']}")
                case "execute_reply":
                    replied = True
                case "status":
                    idle = told["execution_state"] == "idle"
            # Output may come after the reply: only both together say that it is all there.
            if replied and idle:
                break
        return "".join(output).strip()

    async def _ask(self, message_type: str, content: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Sends a request and yields what comes back for it; raises StepFailed when the kernel dies."""
        message_id = uuid4().hex
        header = {
            "msg_id": message_id,
            "msg_type": message_type,
            "session": self._session,
            "username": "health-check",
            "version": "5.3",
            "date": datetime.now(UTC).isoformat(),
        }
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        try:
            await self._socket.send(json.dumps(request))
            async for frame in self._socket:
                message = json.loads(frame)
                if message["msg_type"] == "status" and message["content"]["execution_state"] in GONE:
                    raise StepFailed("the kernel died", part=self.part)
                if message["parent_header"].get("msg_id") == message_id:
                    yield message
        except ConnectionClosed as error:
            raise StepFailed(f"the kernel's websocket was closed: {error}", part=self.part) from error


@asynccontextmanager
async def open_kernel(address: str, *, token: str, part: str) -> AsyncIterator[Kernel]:
    """A kernel's websocket; raises StepFailed when the server or the proxy refuses it."""
    headers = {"Authorization": f"token {token}"}
    proxy: Literal[True] | None = None if on_this_machine(address) else True
    try:
        socket = await connect(
            address, additional_headers=headers, proxy=proxy, open_timeout=None, close_timeout=1, max_size=None
        )
    except (OSError, InvalidHandshake) as error:
        raise StepFailed(f"the kernel's websocket did not open: {error}", part=part) from error
    try:
        yield Kernel(socket, part)
    finally:
        await socket.close()
