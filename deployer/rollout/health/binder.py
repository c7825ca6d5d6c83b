"""The step about Binder: a repository that nobody ever built is built.

The hub itself serves that repository, a new one for every name (`/hub/never-built/<name>`): nobody's server is needed,
no image of it can be there, and what may be built on the hub need not allow it.
"""

from __future__ import annotations

import json
import secrets
from time import monotonic
from urllib.parse import quote

import httpx

from deployer.rollout.health.fault import StepFailed, first_words
from deployer.rollout.health.http import unexpected, unreachable
from deployer.rollout.health.session import Session

PART = "binder"
"""Of `HubRuntime.parts`."""
FAILED = ("failed", "failure")
"""Phases by which BinderHub and repo2docker tell of it."""
KEPT_CHARACTERS = 300


async def repository_builds(session: Session) -> str:
    """On a cluster BinderHub builds an image; on one machine a server is started in the repository, then stopped."""
    address = f"{session.target.url.rstrip('/')}/hub/never-built/{secrets.token_hex(8)}"
    began = monotonic()
    if session.target.expects.on_cluster:
        await _build(session, address)
    else:
        await _start(session, address)
    return f"never built before, and now in {monotonic() - began:.0f} s"


async def _start(session: Session, address: str) -> None:
    await session.as_user.start_server(session.name, session.hear, {"repository": address, "ref": "HEAD"})
    await session.as_user.stop_server(session.name)


async def _build(session: Session, address: str) -> None:
    path = f"services/binder/build/git/{quote(address, safe='')}/HEAD"
    headers = {"Authorization": f"token {session.user_token}", "Accept": "text/event-stream"}
    try:
        async with session.client.stream("GET", path, headers=headers, params={"build_only": "true"}) as stream:
            if stream.status_code != 200:
                await stream.aread()
                raise unexpected(stream, PART)
            await _until_built(session, stream)
    except httpx.HTTPError as error:
        raise unreachable(error, PART) from error


async def _until_built(session: Session, stream: httpx.Response) -> None:
    said = ""
    async for line in stream.aiter_lines():
        if not line.startswith("data:"):
            continue
        event = json.loads(line.removeprefix("data:"))
        message, phase = str(event.get("message") or "").strip(), event.get("phase")
        said = message or said
        if phase in FAILED:
            raise StepFailed(f"the build failed: {first_words(said)}", part=PART)
        if phase == "ready":
            return
        if said:
            session.hear(said[:KEPT_CHARACTERS])
    raise StepFailed(f"BinderHub stopped telling of the build; last it said {first_words(said)!r}", part=PART)
