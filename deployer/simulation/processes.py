"""Programs that outlive the command that started them, told apart from strangers who were given the same pid."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import psutil

from deployer.errors import DeployerError
from deployer.simulation.home import Home

GRACE_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.02
# What psutil reads back may differ in the last digits of a double.
SAME_TIME_SECONDS = 0.05


class Processes:
    """One control plane's programs, as processes.json has them."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> psutil.Process:
        """Start one in its own session, so that a Ctrl-C meant for us does not reach it; recorded at once."""
        self._home.logs.mkdir(parents=True, exist_ok=True)
        with self._home.log(name).open("wb") as log:
            try:
                child = subprocess.Popen(
                    command,
                    cwd=self._home.folder,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise DeployerError(
                    f"{self._home.name}: {name} does not start: {error.strerror}: {command[0]}",
                    left="nothing of it is left running",
                    remedy=f"deployer tools install {name}",
                ) from error
        process = psutil.Process(child.pid)
        self._write({**self._read(), name: [process.pid, process.create_time()]})
        return process

    def running(self) -> dict[str, psutil.Process]:
        """Those that live; a pid that went to another program since does not count."""
        found = {}
        for name, (pid, started) in self._read().items():
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(pid))
                if abs(process.create_time() - started) < SAME_TIME_SECONDS and lives(process):
                    found[name] = process
        return found

    def stop(self) -> None:
        """End them, the last started first: each is still served by those that it needs."""
        running = self.running()
        for process in reversed(running.values()):
            with suppress(psutil.NoSuchProcess):
                process.terminate()
                if _ended(process):
                    continue
                process.kill()
                _ended(process)
        self._write({})

    def _read(self) -> dict[str, list[float]]:
        try:
            recorded = json.loads(self._home.processes.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return recorded if isinstance(recorded, dict) else {}

    def _write(self, recorded: Mapping[str, Sequence[float]]) -> None:
        if self._home.folder.is_dir():
            fresh = self._home.processes.with_name(".processes.json")
            fresh.write_text(json.dumps(recorded), encoding="utf-8")
            fresh.replace(self._home.processes)


def lives(process: psutil.Process) -> bool:
    """A zombie does not: whoever adopted it may take seconds to notice."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _ended(process: psutil.Process) -> bool:
    """Wait for it."""
    deadline = time.monotonic() + GRACE_SECONDS
    while lives(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    with suppress(psutil.Error):
        process.wait(0)  # one of our own children would stay a zombie
    return True
