"""Cells that must be Python's, whatever the default kernel speaks."""

from __future__ import annotations

from deployer.rollout.health.kernel import Kernel, open_kernel
from deployer.rollout.health.languages import LANGUAGES
from deployer.rollout.health.session import Session


async def python_kernel(session: Session) -> Kernel | None:
    """The session's own kernel when it is Python's, else another one that is; None where the image has none."""
    if session.language is LANGUAGES["python"]:
        return session.kernel
    languages = await session.server.kernel_languages()
    name = next((kernel for kernel, language in languages.items() if language == "python"), None)
    if name is None:
        return None
    address = session.server.kernel_address(await session.server.start_kernel(name))
    opening = open_kernel(address, token=session.user_token, part=session.server_part)
    kernel = await session.resources.enter_async_context(opening)
    await kernel.ready()
    return kernel
