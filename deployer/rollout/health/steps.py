"""The steps of a check, in their order. Each returns a few words on what it found, or raises StepFailed."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from components.contract import HEALTH_CHECK_USERS
from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.files import home_keeps_files, scratch_takes_files, shared_directories_are_there
from deployer.rollout.health.kernel import CellFailed, open_kernel
from deployer.rollout.health.languages import LANGUAGES
from deployer.rollout.health.login import sign_in
from deployer.rollout.health.session import Session
from deployer.rollout.health.target import DEADLINE_SECONDS, HubTarget

QUICK_SECONDS = 20.0
"""For what a loaded hub answers within a second."""
KERNEL_SECONDS = 60.0
"""A first import from a cold network disk may take most of it."""
KERNEL_POLL_SECONDS = 0.5
LEFTOVERS_SECONDS = 10.0


@dataclass(frozen=True)
class PlannedStep:
    """A step still to be done."""

    name: str
    work: Callable[[Session], Awaitable[str]]
    limit_seconds: float = QUICK_SECONDS
    at_server: bool = False
    """Whether silence is the fault of the user's server, not of the hub."""


def plan_steps(target: HubTarget) -> list[PlannedStep]:
    """What to do at this hub."""
    expects = target.expects
    return [
        PlannedStep("hub answers", hub_answers),
        PlannedStep("user is added", add_user),
        *([PlannedStep("login page lets in", log_in)] if target.password else []),
        PlannedStep("API lets in", get_token),
        # The image may have to be fetched first: only the deadline limits it.
        PlannedStep("server starts", start_server, limit_seconds=float("inf")),
        PlannedStep("server answers", server_answers, at_server=True),
        PlannedStep("kernel starts", start_kernel, limit_seconds=KERNEL_SECONDS, at_server=True),
        PlannedStep("cell runs", run_cell, at_server=True),
        PlannedStep("home keeps files", home_keeps_files, at_server=True),
        *(
            [PlannedStep("shared directories are there", shared_directories_are_there, at_server=True)]
            if expects.shared_directories
            else []
        ),
        *([PlannedStep("scratch takes files", scratch_takes_files, at_server=True)] if expects.scratch else []),
        PlannedStep("nbgitpuller answers", nbgitpuller_answers, at_server=True),
        PlannedStep("server stops", stop_server),
        PlannedStep("user is removed", remove_user),
    ]


async def hub_answers(session: Session) -> str:
    return f"JupyterHub {await session.hub.version()}"


async def add_user(session: Session) -> str:
    leftovers = await _remove_leftovers(session)
    # Said before the request: it may be carried out although its answer never comes.
    session.user_made = True
    await session.hub.add_user(session.name)
    return leftovers


async def _remove_leftovers(session: Session) -> str:
    """Users of checks that were killed: older than any check that may still be running."""
    oldest = datetime.now(UTC) - timedelta(seconds=max(session.deadline_seconds, DEADLINE_SECONDS))
    names = sorted(name for name, made in (await session.hub.users(HEALTH_CHECK_USERS)).items() if made < oldest)
    if not names:
        return ""
    try:
        async with asyncio.timeout(LEFTOVERS_SECONDS):
            await asyncio.gather(*(session.hub.remove_user(name) for name in names))
    except (TimeoutError, StepFailed):
        return f"{len(names)} users of earlier checks could not all be removed"
    return f"removed {', '.join(names)} of earlier checks"


async def log_in(session: Session) -> str:
    assert session.target.password is not None
    await sign_in(session.target.url, name=session.name, password=session.target.password)
    return ""


async def get_token(session: Session) -> str:
    session.signed_in(await session.hub.new_token(session.name, seconds=ceil(session.deadline_seconds) + 60))
    return ""


async def start_server(session: Session) -> str:
    def hear(message: str) -> None:
        session.told = message

    await session.as_user.start_server(session.name, hear)
    return ""


async def server_answers(session: Session) -> str:
    path, _ = await session.server.page("")
    return f"opens at /{path}"


async def start_kernel(session: Session) -> str:
    languages = await session.server.kernel_languages()
    known = {kernel: language for kernel, language in languages.items() if language in LANGUAGES}
    if not known:
        raise StepFailed(
            f"no kernel whose language is one of {', '.join(LANGUAGES)}: "
            + (", ".join(f"{kernel} ({language})" for kernel, language in languages.items()) or "none at all"),
            part=session.server_part,
        )
    kernel, language = next(iter(known.items()))
    session.language = LANGUAGES[language]
    session.kernel_id = await session.server.start_kernel(kernel)
    await _first(_kernel_answers(session), _kernel_dies(session))
    return kernel


async def _kernel_answers(session: Session) -> None:
    address = session.server.kernel_address(session.kernel_id)
    opening = open_kernel(address, token=session.user_token, part=session.server_part)
    session.kernel = await session.resources.enter_async_context(opening)
    await session.kernel.ready()


async def _kernel_dies(session: Session) -> None:
    """Fails when the server gives the kernel up, which a websocket that still opens does not tell."""
    while (state := await session.server.kernel_state(session.kernel_id)) not in ("dead", "gone"):
        await asyncio.sleep(KERNEL_POLL_SECONDS)
    raise StepFailed(f"the kernel died while starting: the server calls it {state}", part=session.server_part)


async def _first(*works: Coroutine[None, None, None]) -> None:
    """Waits for one of them, gives the others up, and raises what it raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        ended.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def run_cell(session: Session) -> str:
    # Small enough that no language prints them in another way, and different each time: no answer can be canned.
    one, other = random.sample(range(101, 300), 2)
    try:
        output = await session.kernel.run(f"{one} * {other}")
    except CellFailed as error:
        raise StepFailed(f"the cell `{one} * {other}` raised {error}", part=session.server_part) from error
    if str(one * other) not in output.split():
        raise StepFailed(f"the cell `{one} * {other}` answered {output!r}", part=session.server_part)
    return f"{one} × {other} = {one * other}"


async def nbgitpuller_answers(session: Session) -> str:
    repository = f"https://git.example.org/{secrets.token_hex(4)}"
    _, page = await session.server.page("git-pull", repo=repository)
    if "git-pull/static" not in page or repository not in page:
        raise StepFailed("/git-pull answered a page that is not nbgitpuller's", part=session.server_part)
    return ""


async def stop_server(session: Session) -> str:
    await session.as_user.stop_server(session.name)
    return ""


async def remove_user(session: Session) -> str:
    await session.clear_away()
    return ""
