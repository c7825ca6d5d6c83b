"""What the SDK does at a cost that grows with the square of a program, or for nothing.

At the end of a program it waits for the first of all values that are not there yet, and does so again for each one that
comes: of a cluster, thousands. And it works out by itself which URNs a resource may have had before, from some sixty
former names for each of Azure's, though it leaves that to any engine that can: to those of its own version always.
Together that is most of a preview's processor time. And it walks through the call stack at each resource, to tell the
engine where in a program it stands, which nothing here shows: a tenth of what a program takes.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi.resource
import pulumi.runtime.resource
import pulumi.runtime.settings
import pulumi.runtime.stack
from pulumi.runtime.proto import source_pb2

_sdk_wait = pulumi.runtime.stack.wait_for_rpcs


async def wait_for_program(await_all_outstanding_tasks: bool = True) -> None:
    """As the SDK waits, which it is left to do in the end: by then nothing is outstanding, or something failed."""
    settings = pulumi.runtime.settings.SETTINGS
    await _sdk_wait(await_all_outstanding_tasks=False)
    failed = not await_all_outstanding_tasks
    while not failed:
        with settings.lock:
            outstanding = list(settings.outputs)
        if not outstanding:
            break
        done, _ = await asyncio.wait(outstanding, return_when=asyncio.FIRST_EXCEPTION)
        failed = any(one.cancelled() or one.exception() for one in done)
        await _sdk_wait(await_all_outstanding_tasks=False)
    await _sdk_wait(await_all_outstanding_tasks=await_all_outstanding_tasks)


def unresolved(alias: Any, *_of_resource: Any) -> Any:
    """The former name as it was given: the engine is told of it so, and puts it together."""
    return alias


def nowhere() -> source_pb2.StackTrace:
    """No word of where a resource stands."""
    return source_pb2.StackTrace()


def spare_costs() -> None:
    """From here on, programs do without any of these."""
    vars(pulumi.runtime.stack)["wait_for_rpcs"] = wait_for_program
    vars(pulumi.resource)["collapse_alias_to_urn"] = unresolved
    vars(pulumi.runtime.resource)["_get_stack_trace"] = nowhere
