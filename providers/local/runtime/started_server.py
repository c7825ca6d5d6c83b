"""A server that was started: how it is launched, found again, and ended."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .home import Home
from .launch import launched
from .limits import Group
from .processes import Process, descendants, identify, kill


@dataclass(frozen=True)
class StartedServer:
    """A server's process and control group, as a restarted hub finds them again."""

    process: Process
    group: Group | None
    memory_limit_bytes: int

    def as_state(self) -> dict[str, Any]:
        """What to remember of it, JSON-able."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> StartedServer:
        """What was remembered."""
        group = state["group"]
        return cls(Process(**state["process"]), Group(**group) if group else None, state["memory_limit_bytes"])

    def killed_for_memory(self) -> int:
        """How many of its processes the kernel killed so far because its memory was used up."""
        return self.group.killed_for_memory() if self.group else 0

    def kill(self, family: Sequence[Process]) -> None:
        """End it at once, with all it started and, where there are no control groups, what is known of that."""
        kill([self.process, *family])
        if self.group:
            self.group.end()

    def family(self) -> list[Process]:
        """All that it started and that still hangs on it."""
        return descendants(self.process)


def launch(
    home: Home,
    environment: Path,
    group: Group | None,
    arguments: Sequence[str],
    variables: Mapping[str, str],
    log: Path,
) -> tuple[subprocess.Popen[bytes], Process]:
    """Start a server of an image's environment in a home. Raises OSError when it cannot be started."""
    # The script's Python is named, so that an environment that was moved into place needs no rewriting.
    programs = (environment / "bin" / "python", environment / "bin" / "jupyterhub-singleuser")
    plan = {
        "enter": group.doors() if group else [],
        "views": [[str(folder), str(view)] for folder, view in home.read_only().items()],
        "closed": [str(folder) for folder in home.closed()],
        "folder": str(home.folder),
        "command": [*map(str, programs), *arguments],
    }
    with _fresh(log) as output:
        child = launched(plan, variables, output)
    process = identify(child.pid)
    if process is None:
        child.wait()
        raise OSError("the server ended at once; its log says why")
    return child, process


def last_words(log: Path) -> str:
    """The last fault in a server's log, or its last line."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    faults = [line for line in lines if line.startswith(("[C ", "[E "))]
    return f"Its log says: {(faults or lines)[-1]}" if lines else "It wrote no log."


def _fresh(log: Path) -> BinaryIO:
    """An empty log, with the one of before beside it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    return log.open("ab")
