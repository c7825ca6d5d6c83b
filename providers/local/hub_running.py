"""Bringing a hub's processes to what its files say, and not before it answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from providers.engine.values import Fault, Task
from providers.local import hub_processes
from providers.local.answering import version_at
from providers.local.files import read_json
from providers.local.hub_files import HubFiles
from providers.local.logs import last_lines, log_files
from providers.local.supervisor import LIVE, Part, Supervisor
from providers.local.supervisor_conf import CONF, PARTS, parts_of, socket_path

ANSWER_SECONDS = 60
ONE_ANSWER_SECONDS = 5
MOST_LIVES = 3
POLL_SECONDS = 0.1
SHOWN_LINES = 12
SHUT_DOWN_SECONDS = 40


def bring_up(task: Task, folder: Path, files: HubFiles, mark: Mapping[str, Any], environment: Path) -> None:
    """Write the hub's files and have it run with them; what need not restart goes on.

    May be killed between any two steps and run again. Returns though the hub may not answer yet.
    """
    supervisor = Supervisor(folder)
    if not _runs_from(supervisor.pid(), environment):
        shut_down(folder)
        files.write(folder, mark)
        supervisor.start(environment / "bin" / "python")
        return
    if set(files.unlike(folder)) - {CONF}:
        # Stopped first: a run that is killed from here on leaves a hub that visibly needs mending, not one that runs
        # with other files than it was started with.
        task.progress("stopping the hub; people's servers go on")
        supervisor.stop("hub")
    files.write(folder, mark)
    supervisor.apply_conf()


def wait_until_answering(task: Task, folder: Path, inner_api_url: str, api_url: str) -> str:
    """The version of the hub that answers. Raises Fault with the last log lines of the part at fault.

    First asked is the hub itself, so that its proxy's log is not filled with what is no fault.
    """
    wanted = parts_of(read_json(folder / "places.json") or {})
    supervisor, lives = Supervisor(folder), {name: set[int]() for name in wanted}
    deadline = time.monotonic() + ANSWER_SECONDS
    task.progress("waiting for the hub to answer")
    while time.monotonic() < deadline:
        task.stop_if_cancelled()
        parts = _parts(supervisor)
        for name in wanted:
            if _has_failed(parts.get(name), lives[name]):
                account = f" ({parts[name].account})" if name in parts and parts[name].account else ""
                raise Fault(f"the {name} does not stay up{account}{_last_words(folder, name)}")
        # Alive both, so what answers is this hub through this proxy and not somebody else on its port.
        if all(parts[name].state in LIVE for name in PARTS) and parts["proxy"].state == "RUNNING":
            version = version_at(inner_api_url, ONE_ANSWER_SECONDS) and version_at(api_url, ONE_ANSWER_SECONDS)
            if version:
                return version
        time.sleep(POLL_SECONDS)
    raise Fault(f"the hub did not answer at {api_url} within {ANSWER_SECONDS} s{_last_words(folder, 'hub')}")


def _has_failed(part: Part | None, lives: set[int]) -> bool:
    """Whether supervisord gave the part up, or it keeps dying as soon as it counts as started."""
    if part is None or part.state == "FATAL":
        return True
    lives |= {part.pid} - {0}
    return len(lives) > MOST_LIVES


def shut_down(folder: Path) -> None:
    """End supervisor, hub and proxy, also such as a killed run or a killed supervisor left; people's servers go on."""
    supervisor = Supervisor(folder)
    pid = supervisor.pid()
    if pid is not None:
        supervisor.shut_down()
        _wait_for_end(pid)
    hub_processes.end_parts(folder)
    socket_path(folder).unlink(missing_ok=True)


def end_orphans(folder: Path) -> None:
    """End a hub and a proxy whose supervisor is gone: nobody restarts them, and they hold the hub's ports."""
    if Supervisor(folder).pid() is None:
        shut_down(folder)


def live_parts(folder: Path) -> frozenset[str]:
    """Which of the hub's parts run now."""
    return frozenset(name for name, part in _parts(Supervisor(folder)).items() if part.state in LIVE)


def _parts(supervisor: Supervisor) -> dict[str, Part]:
    try:
        return supervisor.parts()
    except OSError:
        return {}


def _runs_from(pid: int | None, environment: Path) -> bool:
    """Whether a process was started from this environment; another's must go, to let the environment go."""
    if pid is None:
        return False
    try:
        return psutil.Process(pid).cmdline()[0].startswith(f"{environment}/")
    except (psutil.Error, IndexError):
        return False


def _wait_for_end(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        deadline = time.monotonic() + SHUT_DOWN_SECONDS
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
    except psutil.Error:
        return


def _last_words(folder: Path, part: str) -> str:
    path = log_files(folder)[part]
    lines = last_lines(path, SHOWN_LINES)
    return f"; the end of {path}:\n" + "\n".join(f"  {line}" for line in lines) if lines else f"; {path} is empty"
