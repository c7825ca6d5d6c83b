"""Installs tools, those that do not wait for each other at the same time."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from deployer.toolchain.job import Cancellation, Job
from deployer.toolchain.own_folder import home_of, locked, move_in, partial, seal, sealed
from deployer.toolchain.places import short
from deployer.toolchain.progress import Phase, Progress
from deployer.toolchain.tool import Attempt, Found, Installer, Tool, Unavailable
from deployer.toolchain.versions import ask_version


def install(
    tools: Sequence[Tool],
    found: dict[str, Found],
    missing: Mapping[str, list[Attempt]],
    progress: Callable[[Progress], None],
) -> dict[str, list[Attempt]]:
    """Add each tool to `found`; the result has those that could not be had, with every way tried.

    `missing` says where each was looked for already.
    """
    failed: dict[str, list[Attempt]] = {}
    waiting = list(tools)
    while waiting:
        ready = [tool for tool in waiting if not set(tool.needs) & {other.name for other in waiting}]
        for tool, outcome in zip(ready, _side_by_side(ready, found, missing, progress), strict=True):
            if isinstance(outcome, Found):
                found[tool.name] = outcome
            else:
                failed[tool.name] = outcome
        waiting = [tool for tool in waiting if tool not in ready]
    return failed


def _side_by_side(
    tools: Sequence[Tool],
    found: Mapping[str, Found],
    missing: Mapping[str, list[Attempt]],
    progress: Callable[[Progress], None],
) -> list[Found | list[Attempt]]:
    """Each tool, or the ways tried in vain; Ctrl-C stops all of them and waits until nothing half is left."""
    cancellation = Cancellation()
    one_at_a_time = threading.Lock()

    def tell(step: Progress) -> None:
        with one_at_a_time:
            progress(step)

    def one(tool: Tool) -> Found | list[Attempt]:
        lacking = [need for need in tool.needs if need not in found]
        if lacking:
            return [Attempt(f"needs {need}", "which could not be had") for need in lacking]
        job = Job(tool.name, progress=tell, cancellation=cancellation, needed=tool.needed(found))
        return _by_any_way(tool, job, missing[tool.name])

    with ThreadPoolExecutor(max_workers=len(tools)) as pool:
        outcomes = [pool.submit(one, tool) for tool in tools]
        try:
            return [outcome.result() for outcome in outcomes]
        except BaseException:
            _see_out(outcomes, cancellation)
            raise


def _see_out(outcomes: Sequence[Future[Any]], cancellation: Cancellation) -> None:
    """Stop them all and wait until they have cleared up: seconds, and a second Ctrl-C would only leave a mess."""
    while True:
        try:
            cancellation.order()
            wait(outcomes)
            return
        except KeyboardInterrupt:
            continue


def _by_any_way(tool: Tool, job: Job, tried: list[Attempt]) -> Found | list[Attempt]:
    """The tool by the first installer that works, else every way tried."""
    tried = list(tried)
    if not tool.installers:
        return tried
    try:
        with locked(tool, job):
            try:
                return sealed(tool)  # somebody else was faster
            except Unavailable:
                pass
            for installer in tool.installers:
                try:
                    _by_one_way(installer, tool, job)
                    job.tell(Phase.DONE, installer.title)
                    return sealed(tool)
                except (Unavailable, OSError) as fault:
                    tried.append(_attempt(installer, tool, fault))
                    job.tell(Phase.REFUSED, f"{tried[-1].way}: {tried[-1].reason}")
    except Unavailable as answer:
        tried.append(Attempt("installing", answer.reason, answer.remedy))
    return tried


def _by_one_way(installer: Installer, tool: Tool, job: Job) -> None:
    folder = partial(tool)
    try:
        installer.install(tool, folder, job)
        executable = folder / "bin" / tool.name
        version = ask_version(
            executable, tool.version_argument, path_first=[path.parent for path in job.needed.values()]
        )
        if not tool.accepts(version):
            raise Unavailable(f"what came of it says that it is {version}, not {tool.version}")
        seal(folder, tool, version=version, source=installer.title)
        job.go_on()
        move_in(folder, tool)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _attempt(installer: Installer, tool: Tool, fault: Unavailable | OSError) -> Attempt:
    if isinstance(fault, Unavailable):
        full = "no space left" in fault.reason.lower()
        return Attempt(installer.title, fault.reason, _make_room(tool) if full else fault.remedy)
    full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
    return Attempt(installer.title, fault.strerror or str(fault), _make_room(tool) if full else "")


def _make_room(tool: Tool) -> str:
    folder = home_of(tool).parent
    free_mib = shutil.disk_usage(folder).free // 2**20
    return f"make room in {short(folder)} ({free_mib} MiB are free), or name another folder: HUBS_CACHE_DIR=/path"
