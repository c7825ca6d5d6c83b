"""A real kernel on a real server: what a cell answers, and what comes after one that raised."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from deployer.rollout.health.http import open_client
from deployer.rollout.health.hub_api import HubApi
from deployer.rollout.health.kernel import CellFailed, open_kernel
from deployer.rollout.health.server_api import ServerApi
from tests.unit.health.real_hub import RealHub

pytestmark = [pytest.mark.hub, pytest.mark.xdist_group("health")]


async def converse(server: ServerApi, kernel_id: str) -> None:
    address = server.kernel_address(kernel_id)
    opening = (open_kernel(address, token=server.token, part=server.part) for _ in range(2))
    async with next(opening) as first, next(opening) as second:
        await first.ready()
        await second.ready()
        assert await first.run("print('one'); 2 + 3") == "one\n5"
        failing = asyncio.create_task(first.run("import time; time.sleep(1); 1 / 0"))
        while await server.kernel_state(kernel_id) != "busy":
            await asyncio.sleep(0.01)
        # It waits in the kernel while the other fails: it must run, not be refused and taken for done.
        assert await second.run("20 + 3") == "23"
        with pytest.raises(CellFailed, match="ZeroDivisionError: division by zero"):
            await failing


def test_cells_after_a_failed_one_run(hub: RealHub) -> None:
    name = f"health-check-{secrets.token_hex(4)}"

    async def session() -> None:
        async with open_client(hub.url) as client:
            service = HubApi(client, hub.api_token)
            await service.add_user(name)
            try:
                token = await service.new_token(name, seconds=120)
                await HubApi(client, token).start_server(name, lambda message: None)
                server = ServerApi(client, name, token)
                await converse(server, await server.start_kernel("python3"))
            finally:
                await service.remove_user(name)

    asyncio.run(asyncio.wait_for(session(), 120))
