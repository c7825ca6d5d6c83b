"""Building an environment with uv, and saying what went wrong in one line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from providers.engine.values import Fault, Task

if TYPE_CHECKING:
    from providers.local.environment_cache import Recipe

# Would make uv build something other than what it is told, or show it in a way that is not ours.
FOREIGN = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON")
KEPT_LINES = 40
POLL_SECONDS = 0.02
LAST_WORDS_SECONDS = 5
_FINDING = threading.Lock()
WORK_DONE = re.compile(r"(Resolved|Download|Buil[dt]|Prepared|Installed)")
NO_REASON = re.compile(r"\s*(hint|help|warning|\[std|Resolved|Using|Creating|Activate|Prepared|Download|Build|Note)")


def build(task: Task, folder: Path, recipe: Recipe, lock: int) -> None:
    """Build the environment in a folder that does not exist yet. Raises Fault, with the requirement at fault named.

    uv inherits the descriptor of the environment's lock: should this process be killed, nobody builds beside uv.
    """
    task.progress(f"making a Python {recipe.python} environment")
    try:
        _uv(task, lock, "venv", "--python", _interpreter(recipe), "--no-project", str(folder))
    except _UvError as failed:
        raise Fault(
            f"Python {recipe.python} cannot be had on this machine: {failed}",
            f"install Python {recipe.python}, or ask for {_running()}, which runs this",
        ) from None
    requirements = folder / "requirements.txt"
    requirements.write_text(recipe.requirements, encoding="utf-8")
    python = str(folder / "bin" / "python")
    try:
        # Compiled now, or everyone's first server would be slow to start, and nothing may write here later.
        install = ("pip", "install", "--compile-bytecode", "--python", python)
        _uv(task, lock, *install, "--requirement", str(requirements))
    except _UvError as failed:
        at_fault = _requirement_named(recipe.requirements, str(failed))
        what = f"requirement {at_fault!r} cannot be installed" if at_fault else "requirements cannot be installed"
        raise Fault(f"{what}: {failed}", "mend the requirements, or check the network") from None


class _UvError(Exception):
    """uv's own account of a failure, in one line."""


def _uv_program() -> str:
    import uv

    # Environments are built at once, and sysconfig, which this asks, fills its variables at the first use: not safely.
    with _FINDING:
        return uv.find_uv_bin()


def _uv(task: Task, lock: int, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    process = subprocess.Popen(
        [_uv_program(), *arguments, "--color", "never", "--no-progress"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment,
        pass_fds=(lock,),
    )
    said: deque[str] = deque(maxlen=KEPT_LINES)
    # Read aside, so that an interruption is heeded though uv may be silent for minutes.
    reader = threading.Thread(target=_listen, args=(task, process, said), daemon=True)
    reader.start()
    while process.poll() is None:
        if task.cancelled.wait(POLL_SECONDS):
            process.terminate()
            process.wait()
    reader.join(LAST_WORDS_SECONDS)
    task.stop_if_cancelled()
    if process.returncode != 0:
        raise _UvError(_one_line(said))


def _listen(task: Task, process: subprocess.Popen[str], said: deque[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line.rstrip())
        if WORK_DONE.match(line):
            task.progress(line.strip())


def _interpreter(recipe: Recipe) -> str:
    """What uv is asked for: the running interpreter where it fits, so that nothing has to be fetched."""
    return sys.executable if recipe.python == _running() else recipe.python


def _running() -> str:
    return "{}.{}".format(*sys.version_info)


def _one_line(lines: Iterable[str]) -> str:
    """uv's error, or its cause where it gives one, without drawing, hints and progress; at most 400 characters."""
    text = " ".join(line for line in lines if not NO_REASON.match(line))
    reason = re.split(r"(?:×|error:|╰─▶|├─▶|cause:)", text)[-1]
    reason = re.sub(r"[\s│]+", " ", reason).strip(" .") or "uv gave no reason"
    return reason if len(reason) <= 400 else reason[:400].rsplit(" ", 1)[0] + " …"


def _requirement_named(requirements: str, text: str) -> str | None:
    """The requirement line whose package the text speaks of first."""
    said = re.sub(r"[-_.]+", "-", text).lower()
    found = []
    for line in requirements.splitlines():
        name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line.strip())
        if name:
            package = re.sub(r"[-_.]+", "-", name[0]).lower()
            place = re.search(rf"(?<![a-z0-9-]){re.escape(package)}(?![a-z0-9-])", said)
            if place:
                found.append((place.start(), line.strip()))
    return min(found)[1] if found else None
