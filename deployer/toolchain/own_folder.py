"""The project's own folder of tools: sealed installations that appear whole or not at all.

<cache>/tools/<tool>/<folder_name>/bin/<tool>     an installation, with seal.json beside bin/
<cache>/tools/<tool>/.partial-*                   one under way, or what a killed run left
<cache>/tools/<tool>/.lock                        held while installing
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deployer.toolchain.job import Job
from deployer.toolchain.places import platform, short, tools_folder
from deployer.toolchain.progress import Phase
from deployer.toolchain.tool import Found, Tool, Unavailable

PARTIAL = ".partial-"
LOOK_AGAIN_SECONDS = 0.2


def home_of(tool: Tool) -> Path:
    """Where the tool's installation is, or would be."""
    return tools_folder() / tool.name / tool.folder_name


def sealed(tool: Tool) -> Found:
    """The tool's installation, verified when it was made; raises Unavailable when it is not there or was changed."""
    home = home_of(tool)
    executable = home / "bin" / tool.name
    try:
        seal = json.loads((home / "seal.json").read_text(encoding="utf-8"))
        state = executable.stat()
    except (OSError, ValueError) as error:
        raise Unavailable(f"{short(home)} does not hold it whole" if home.exists() else f"no {short(home)}") from error
    if seal.get("platform") != platform():
        raise Unavailable(f"{short(home)} was made for {seal.get('platform')}, this machine is {platform()}")
    if seal.get("executable") != [state.st_size, state.st_mtime_ns]:
        raise Unavailable(f"{short(executable)} was changed since it was installed")
    return Found(executable, str(seal["version"]), f"own folder, {seal['source']}")


def seal(folder: Path, tool: Tool, *, version: str, source: str) -> None:
    """Note what was verified, so that later runs need not verify again."""
    state = (folder / "bin" / tool.name).stat()
    note = {
        "tool": tool.name,
        "version": version,
        "source": source,
        "platform": platform(),
        "executable": [state.st_size, state.st_mtime_ns],
    }
    (folder / "seal.json").write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")


def move_in(folder: Path, tool: Tool) -> None:
    """Make a finished folder the tool's installation, in one step that survives a power cut."""
    home = home_of(tool)
    os.sync()  # thousands of small files in a node_modules: one call instead of one each
    if home.exists():
        # Out of the way first: a folder cannot replace a full one. Running processes keep what they have open.
        home.rename(home.with_name(f"{PARTIAL}{secrets.token_hex(4)}-old"))
    folder.rename(home)
    _sync_folder(home.parent)


@contextmanager
def locked(tool: Tool, job: Job) -> Iterator[None]:
    """Be the only one, among all processes of this machine, that installs the tool.

    Whatever partial folders are seen under the lock belong to runs that are dead, and go. Raises Unavailable when the
    folder cannot be written, whatever the installer.
    """
    folder = home_of(tool).parent
    with alone(folder / ".lock", job):
        sweep(folder)
        try:
            yield
        finally:
            sweep(folder)


@contextmanager
def alone(path: Path, job: Job) -> Iterator[None]:
    """Hold a lock among all processes of this machine; raises Unavailable where its folder cannot be written."""
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    folder = path.parent
    waiting = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while not lock.is_locked:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if not waiting:
                    job.tell(Phase.WAITING)
                waiting = True
                job.pause(LOOK_AGAIN_SECONDS)
    except NotImplementedError as error:
        raise Unavailable(f"{short(folder)} is on a file system without locks", _elsewhere()) from error
    except OSError as error:
        raise Unavailable(f"{short(folder)} cannot be written: {error.strerror}", _elsewhere()) from error
    try:
        yield
    finally:
        lock.release()


def partial(tool: Tool) -> Path:
    """A fresh folder for an installation under way, beside where it will be."""
    folder = home_of(tool).with_name(f"{PARTIAL}{secrets.token_hex(4)}")
    (folder / "bin").mkdir(parents=True)
    return folder


def sweep(folder: Path) -> None:
    """Clear away what runs left half done; only under the lock."""
    for left in folder.glob(f"{PARTIAL}*"):
        shutil.rmtree(left, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _elsewhere() -> str:
    return "name a folder that can be written: HUBS_CACHE_DIR=/path/to/folder"
