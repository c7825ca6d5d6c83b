"""Checks of the machine: is there what a deploy needs?"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from deployer.doctor.finding import Finding, fault, ok, warning

GIB = 2**30
# Measured on Linux: the tools take 0.1 GiB, a hub's own environment 0.2 GiB, an image's as much as people put into it,
# and where the engine must be built, Go's caches 3 GiB.
DISK_SHORT_GIB = 1.0
DISK_COMFORTABLE_GIB = 5.0
# Two hubs, their proxies and the server of a health check run at the same time.
MEMORY_COMFORTABLE_GIB = 2.0


def python() -> Iterator[Finding]:
    """Which Python: an older one could not have started this."""
    yield ok("python", f"{'.'.join(map(str, sys.version_info[:3]))} at {sys.executable}")


def packages() -> Iterator[Finding]:
    """The engine's Python SDK must be the engine's own version."""
    from importlib.metadata import PackageNotFoundError, version

    from deployer.toolchain import inventory

    wanted = next(tool.wanted for tool in inventory() if tool.name == "pulumi")
    try:
        installed = version("pulumi")
    except PackageNotFoundError:
        yield fault("pulumi SDK", "not installed", "pip install --editable '.[local]'")
        return
    if installed != wanted:
        yield fault("pulumi SDK", f"{installed}, but the engine is {wanted}", "pip install --editable '.[local]'")
    else:
        yield ok("pulumi SDK", installed)


def tools() -> Iterator[Finding]:
    """The external tools at their pinned versions."""
    from deployer.toolchain import inventory

    for tool in inventory():
        if tool.found:
            yield ok(tool.name, f"{tool.found.version} at {tool.found.path}")
            continue
        if tool.optional:
            continue
        looked = "; ".join(f"{attempt.way}: {attempt.reason}" for attempt in tool.attempts)
        if tool.installable:
            yield warning(tool.name, f"{tool.wanted} is not there yet: {looked}", "deployer tools install")
        else:
            yield fault(tool.name, f"{tool.wanted} is missing: {looked}", tool.how)


def git() -> Iterator[Finding]:
    """nbgitpuller links run git in people's servers."""
    path = shutil.which("git")
    if path:
        yield ok("git", path)
    else:
        yield fault("git", "not on PATH", "install git, e.g. apt-get install git")


def disk() -> Iterator[Finding]:
    """Room for tools and environments."""
    from providers.cache_folder import cache_folder

    folder = _existing(cache_folder())
    free_gib = shutil.disk_usage(folder).free / GIB
    said = f"{free_gib:.1f} GiB free for {cache_folder()}"
    remedy = "make room, or name a folder with more: HUBS_CACHE_DIR=/path"
    if free_gib < DISK_SHORT_GIB:
        yield fault("disk", said, remedy)
    elif free_gib < DISK_COMFORTABLE_GIB:
        yield warning("disk", f"{said}; a first deploy may need more", remedy)
    else:
        yield ok("disk", said)


def memory() -> Iterator[Finding]:
    """Room for hubs and servers."""
    import psutil

    free_gib = psutil.virtual_memory().available / GIB
    said = f"{free_gib:.1f} GiB available"
    if free_gib < MEMORY_COMFORTABLE_GIB:
        yield warning("memory", f"{said}; two hubs and a check's server run at once", "end other programs")
    else:
        yield ok("memory", said)


def cache() -> Iterator[Finding]:
    """Where tools and environments go must be writable."""
    from providers.cache_folder import cache_folder

    yield writable("cache folder", cache_folder(), "name a folder that can be written: HUBS_CACHE_DIR=/path")


def limits() -> Iterator[Finding]:
    """Can CPU and memory limits of people's servers be enforced?"""
    from providers.local.runtime.limits import detect

    kind, reason = detect()
    if kind == "advisory":
        yield warning(
            "limits",
            f"CPU and memory limits of servers on a local hub are advisory: {reason}",
            "deploy as a user with control groups of its own, or trust people with the whole machine",
        )
    else:
        yield ok("limits", f"CPU and memory limits of servers are enforced: {reason}")


def user() -> Iterator[Finding]:
    """On a local hub everybody is the user who deploys."""
    if os.geteuid() == 0:
        yield warning(
            "user",
            "you are root, and all servers of a local hub run as you: who may log in owns this machine",
            "deploy as an ordinary user, unless this machine is for this alone",
        )
    else:
        yield ok("user", "not root; all servers of a local hub run as you")


def writable(subject: str, folder: Path, remedy: str) -> Finding:
    """Can something be made in a folder, or the folder itself?"""
    standing = _existing(folder)
    try:
        with tempfile.TemporaryDirectory(dir=standing, prefix=".hubs-doctor-"):
            return ok(subject, f"{folder} can be written")
    except OSError as error:
        return fault(subject, f"{standing} cannot be written: {error.strerror}", remedy)


def _existing(folder: Path) -> Path:
    return next(step for step in (folder, *folder.parents) if step.exists())


CHECKS: Sequence[Callable[[], Iterator[Finding]]] = (
    python,
    packages,
    tools,
    git,
    disk,
    memory,
    cache,
    limits,
    user,
)
