"""A program's end, waited for at a cost that grows with the program and not with its square.

The SDK keeps every value that is not there yet in one list. At the end of the program it waits for the first of them to
come, again and again, each time looking at all the others; and each that comes is searched for in the list. A cluster's
thousands of values cost seconds of processor so, in each preview and each update.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi.runtime.settings
import pulumi.runtime.stack

_sdk_wait = pulumi.runtime.stack.wait_for_rpcs


class Outstanding(dict["asyncio.Future[Any]", None]):
    """What the SDK uses of its list, without a search."""

    def append(self, value: asyncio.Future[Any]) -> None:
        self[value] = None

    def remove(self, value: asyncio.Future[Any]) -> None:
        """Raises ValueError, as a list does."""
        if value not in self:
            raise ValueError(value)
        del self[value]


async def wait_for_program(await_all_outstanding_tasks: bool = True) -> None:
    """As the SDK waits, which it is left to do in the end: by then nothing is outstanding, or something failed."""
    await _sdk_wait(await_all_outstanding_tasks=False)
    failed = not await_all_outstanding_tasks
    while not failed and (outstanding := list(pulumi.runtime.settings.SETTINGS.outputs)):
        done, _ = await asyncio.wait(outstanding, return_when=asyncio.FIRST_EXCEPTION)
        failed = any(one.cancelled() or one.exception() for one in done)
        await _sdk_wait(await_all_outstanding_tasks=False)
    await _sdk_wait(await_all_outstanding_tasks=await_all_outstanding_tasks)


def wait_once() -> None:
    """From here on, programs are waited for so."""
    vars(pulumi.runtime.settings)["deque"] = Outstanding
    vars(pulumi.runtime.stack)["wait_for_rpcs"] = wait_for_program
