"""Builds of repositories' environments: how many at once, within which limits, for how long, and what they say."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import limits
from .binder_names import RefusedError, Wish
from .hub_folder import HubFolder
from .launch import launcher
from .person import SYSTEM_PATH

BYTES_PER_GIB = 1024**3
KEPT_VARIABLES = frozenset({"HOME", "LANG", "LC_ALL", "TZ", "XDG_CACHE_HOME", "CURL_CA_BUNDLE", "NIX_SSL_CERT_FILE"})
KEPT_PREFIXES = ("UV_", "SSL_CERT_", "GIT_SSL_")
PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
LONGEST_LINE_BYTES = 1 << 20
SHOWN_LINES = 3

Hear = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A repository that a server can start in."""

    files: Path
    """Its files at that commit: to be copied, never worked in."""
    environment: Path


class Builds:
    """All builds of this hub."""

    def __init__(self, hub: HubFolder) -> None:
        self._hub = hub
        self._settings: Mapping[str, Any] = hub.settings["binder"]
        self._running: Counter[str] = Counter()
        """By who asked for them."""
        self._numbers = itertools.count()

    @property
    def timeout_seconds(self) -> int:
        """Of one build."""
        return int(self._settings["timeout_seconds"])

    async def have(self, wish: Wish, user: str, base: Path, hear: Hear) -> Made:
        """What is there already at once, else built. Raises RefusedError."""
        hear(f"Looking for {wish.address} at {wish.ref}")
        found = await self._run(self._plan(wish, base, build=False), hear)
        if not found["environment"]:
            with self._counted(user):
                hear("Building its environment, which was never built here; this may take some minutes")
                found = await self._run(self._plan(wish, base, build=True), hear)
                hear("The environment is built")
        else:
            hear("Its environment is there already")
        return Made(files=Path(found["files"]), environment=Path(found["environment"]))

    @contextlib.contextmanager
    def _counted(self, user: str) -> Iterator[None]:
        own, most_own = self._running[user], self._settings["max_builds_per_user"]
        if own >= most_own:
            raise RefusedError(
                f"You have {_builds(own)} running, and {most_own} may run at once: try again when one is done"
            )
        every, most = self._running.total(), self._settings["max_builds"]
        if every >= most:
            raise RefusedError(f"{_builds(every)} are running on this hub, and {most} may: try again in some minutes")
        self._running[user] += 1
        try:
            yield
        finally:
            self._running[user] -= 1

    def _plan(self, wish: Wish, base: Path, *, build: bool) -> dict[str, Any]:
        return {
            "build": build,
            "address": wish.address,
            "ref": wish.ref,
            "base": str(base),
            "cache": self._hub.places.cache,
            "repositories": str(self._hub.path / "repositories"),
            "hub": str(self._hub.path),
        }

    async def _run(self, plan: Mapping[str, Any], hear: Hear) -> dict[str, str]:
        group = limits.make(self._group_name(), self._limits())
        try:
            process = await self._start(group)
            try:
                async with asyncio.timeout(self.timeout_seconds):
                    return await _listen(process, plan, hear)
            except TimeoutError:
                minutes = self.timeout_seconds / 60
                raise RefusedError(f"The build was stopped: it took more than {minutes:g} minutes") from None
            finally:
                _end(process)
                await process.wait()
        finally:
            if group:
                await asyncio.to_thread(group.end)

    async def _start(self, group: limits.Group | None) -> asyncio.subprocess.Process:
        steps = {
            "enter": group.doors() if group else [],
            "views": [],
            "closed": [],
            "folder": str(self._hub.path),
            "command": list(self._hub.places.builder),
        }
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *launcher(json.dumps(steps)),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=build_environment(os.environ),
            limit=LONGEST_LINE_BYTES,
            # So that all that it starts can be ended with it.
            start_new_session=True,
        )

    def _group_name(self) -> str:
        mark = hashlib.sha256(str(self._hub.path).encode()).hexdigest()[:8]
        return f"build-{mark}-{next(self._numbers)}"

    def _limits(self) -> limits.Limits:
        size = self._settings["build"]
        return limits.Limits(
            memory_bytes=round(size["memory_limit_gib"] * BYTES_PER_GIB),
            cpu=size["cpu_limit"],
            cpu_guarantee=size["cpu_guarantee"],
        )


def build_environment(own: Mapping[str, str]) -> dict[str, str]:
    """Variables of a build: how to reach indexes, and nothing else of the hub's."""
    return {
        name: value
        for name, value in own.items()
        if name in KEPT_VARIABLES or name.startswith(KEPT_PREFIXES) or name.upper() in PROXIES
    } | {"PATH": SYSTEM_PATH}


async def _listen(process: asyncio.subprocess.Process, plan: Mapping[str, Any], hear: Hear) -> dict[str, str]:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    complaints = asyncio.create_task(process.stderr.read())
    process.stdin.write(json.dumps(plan).encode())
    process.stdin.close()
    async for told in _lines(process.stdout):
        if "made" in told:
            return dict(told["made"])
        if "refused" in told:
            raise RefusedError(_sentence(told["refused"]))
        hear(told["message"])
    code = await process.wait()
    lines = (await complaints).decode(errors="replace").strip().splitlines()
    why = "its memory was used up, or it was ended from outside" if code == -signal.SIGKILL else " ".join(lines[-1:])
    raise RefusedError(f"The build ended before it was done: {why or f'exit code {code}'}")


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[dict[str, Any]]:
    async for line in stream:
        yield json.loads(line)


def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _builds(count: int) -> str:
    return "1 build" if count == 1 else f"{count} builds"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
