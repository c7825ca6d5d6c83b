"""The steps that every check has. Each returns a few words on what it found, or raises StepFailed."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from math import ceil

from components.contract import HEALTH_CHECK_USERS
from deployer.rollout.health.fault import StepFailed
from deployer.rollout.health.kernel import CellFailed, open_kernel
from deployer.rollout.health.languages import LANGUAGES
from deployer.rollout.health.login import sign_in
from deployer.rollout.health.session import Session

KERNEL_POLL_SECONDS = 0.5
LEFTOVERS_SECONDS = 10.0


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
    oldest = datetime.now(UTC) - timedelta(seconds=max(session.deadline_seconds, session.target.longest_seconds))
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
    await session.as_user.start_server(session.name, session.hear)
    return ""


async def start_gpu_server(session: Session) -> str:
    gpu = session.target.expects.gpu
    assert gpu is not None
    await session.as_user.start_server(session.name, session.hear, {"profile": gpu.profile})
    return f"profile {gpu.profile}"


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
