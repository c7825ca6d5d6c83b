"""The step about Dask: a cluster of one worker of the smallest size computes something nobody can know before."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.resources import files
from time import monotonic

from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.kernel import CellFailed, Kernel
from deployer.rollout.health.python_cells import python_kernel
from deployer.rollout.health.session import Session
from deployer.rollout.health.target import DASK_SECONDS, NODE_SECONDS

PART = "dask-gateway"
"""Of `HubRuntime.parts`."""
PODS = "dask"
"""How names of parts begin that have to do with Dask."""
POLL_SECONDS = 0.5
STOP_SECONDS = 15.0
MISSING = "ModuleNotFoundError"


async def dask_computes(session: Session) -> str:
    """Ask for a cluster, wait for it and for a worker, have it compute, and stop it whatever happened."""
    kernel = await python_kernel(session)
    if kernel is None:
        return "not looked at: the image has no Python"
    await _load(session, kernel)
    gives_up = monotonic() + DASK_SECONDS + NODE_SECONDS * session.target.expects.on_cluster
    try:
        await _cell(kernel, "asking for a cluster", "ask_for_cluster()")
        await _until(session, gives_up, "the scheduler", lambda: _runs(session, kernel))
        await _cell(kernel, "asking for a worker", "ask_for_worker()")
        await _until(session, gives_up, "a worker", lambda: _has_worker(kernel))
        return await _compute(kernel)
    finally:
        # Otherwise it would run, and cost, until it has been idle for long.
        with suppress(CellFailed, StepFailed, TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await kernel.run("stop_cluster()")


async def _load(session: Session, kernel: Kernel) -> None:
    program = files("deployer.rollout.health.in_server").joinpath("dask_cluster.py").read_text(encoding="utf-8")
    try:
        await kernel.run(program)
    except CellFailed as error:
        if not str(error).startswith(MISSING):
            raise StepFailed(f"Dask's client could not be loaded: {error}", part=session.server_part) from error
        raise StepFailed(
            f"the image of the server has no Dask ({error}): let servers start with an image that has dask-gateway, "
            "or remove dask",
            part=session.server_part,
        ) from error


async def _runs(session: Session, kernel: Kernel) -> bool:
    state = (await _cell(kernel, "looking for the cluster", "state()")).strip("'")
    if state not in ("pending", "running"):
        pods = await asyncio.to_thread(_pods, session)
        raise StepFailed(f"the cluster did not start: it is {state}{pods}", part=PART)
    return state == "running"


async def _has_worker(kernel: Kernel) -> bool:
    return int(await _cell(kernel, "looking for workers", "workers()")) > 0


async def _compute(kernel: Kernel) -> str:
    one, other = random.sample(range(101, 300), 2)
    answer = await _cell(kernel, "computing", f"multiplied({one}, {other})")
    if answer != str(one * other):
        raise StepFailed(f"a Dask worker was asked for {one} * {other} and answered {answer!r}", part=PART)
    return f"a worker computed {one} × {other} = {answer}"


async def _until(session: Session, gives_up: float, what: str, is_there: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it as long as it can take; raises StepFailed with what it waited for."""
    began = monotonic()
    while not await is_there():
        if monotonic() >= gives_up:
            pods = await asyncio.to_thread(_pods, session)
            waited = f"did not come within {monotonic() - began:.0f} s"
            raise StepFailed(f"{what} of the Dask cluster {waited}{pods}", part=PART)
        session.hear(f"waiting for {what} of the Dask cluster")
        await asyncio.sleep(POLL_SECONDS)


def _pods(session: Session) -> str:
    """What the place of the hub says of its own troubles, as the end of a sentence: pods that wait, and why."""
    if session.target.logs is None:
        return ""
    lines = [line for line in session.target.logs.observe() if line.startswith(PODS)]
    return "; " + "; ".join(lines) if lines else ""


async def _cell(kernel: Kernel, doing: str, code: str) -> str:
    try:
        return await kernel.run(code)
    except CellFailed as error:
        raise StepFailed(f"{doing} raised {error}", part=PART) from error
