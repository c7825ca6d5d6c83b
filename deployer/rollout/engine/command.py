"""The engine as a program: one process per operation, out of the terminal's reach."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from pulumi._version import version as sdk_version
from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation._cmd import OnOutput
from pulumi.automation.errors import create_command_error

from deployer.rollout.engine.parentage import of_this_process
from deployer.rollout.interruption import Interruption

CHANGING = ("up", "destroy", "refresh")
"""Commands that write a state, and what it is of."""


class EngineCommand(PulumiCommand):
    """Runs the engine for the Automation API.

    Differs from the library's own in four ways: the version is not asked for (the toolchain has checked it, and asking
    costs a process), the terminal's Ctrl-C does not reach the engine (it comes through `Interruption`, once), nothing
    of our own environment is changed, and what it says of a change goes into files. A broken pipe would end the engine
    of a deployer that was killed in the middle of a create, of which nobody would know: so it finishes what it began.
    One that only looks has nothing to finish, and is ended by just that.
    """

    def __init__(self, executable: Path, interruption: Interruption) -> None:
        self.command = str(executable)
        self.version = sdk_version
        self._interruption = interruption
        self._clock = _Clock()

    @property
    def busy_seconds(self) -> float:
        """How long it has run so far; several at once count once."""
        return self._clock.seconds

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,  # noqa: ARG002
        on_error: OnOutput | None = None,  # noqa: ARG002
    ) -> CommandResult:
        """Run one engine command to its end; raises the library's CommandError when it fails."""
        environment = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true", **of_this_process()}

        with self._clock, ExitStack() as files:
            kept = args[0] in CHANGING
            output, errors = (files.enter_context(tempfile.TemporaryFile()) if kept else None for _ in range(2))

            def launch() -> subprocess.Popen[str]:
                return subprocess.Popen(
                    [self.command, *args, "--non-interactive"],
                    cwd=cwd,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output or subprocess.PIPE,
                    stderr=errors or subprocess.PIPE,
                    encoding="utf-8",
                    errors="replace",
                    process_group=0,
                )

            with self._interruption.reaching(launch) as process:
                piped = process.communicate()
            stdout, stderr = (piped[0] or _content(output), piped[1] or _content(errors))
        result = CommandResult(stdout=stdout, stderr=stderr, code=process.returncode)
        if result.code:
            raise create_command_error(result)
        return result


def _content(file: IO[bytes] | None) -> str:
    if file is None:
        return ""
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


class _Clock:
    """Adds up the time during which at least one of its users is within."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._within = 0
        self._since = 0.0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self._since = self._since if self._within else time.monotonic()
            self._within += 1

    def __exit__(self, *_exception: object) -> None:
        with self._lock:
            self._within -= 1
            if not self._within:
                self.seconds += time.monotonic() - self._since
