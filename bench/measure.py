"""Runs commands side by side, several times, and says how long they took."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPEATS = 5
Command = Sequence[object]
"""Words of a command line; paths are fine."""


@dataclass(frozen=True)
class Sample:
    """One run of a command, with all its children."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    """Of its largest process."""


@dataclass(frozen=True)
class Samples:
    """Several runs of one command."""

    runs: Sequence[Sample]

    @property
    def wall_seconds(self) -> float:
        """The median: a neighbour's work on the machine counts for less."""
        return statistics.median(run.wall_seconds for run in self.runs)

    @property
    def cpu_seconds(self) -> float:
        return statistics.median(run.cpu_seconds for run in self.runs)

    @property
    def peak_mib(self) -> float:
        return max(run.peak_mib for run in self.runs)


def side_by_side(
    commands: Mapping[str, Command], *, folder: Path | None = None, repeats: int = REPEATS
) -> dict[str, Samples]:
    """Each command in turn, so often, after one run of each that does not count (it fills caches)."""
    for words in commands.values():
        run_once(words, folder)
    runs: dict[str, list[Sample]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, words in commands.items():
            runs[name].append(run_once(words, folder))
    return {name: Samples(samples) for name, samples in runs.items()}


def run_once(words: Command, folder: Path | None = None) -> Sample:
    """Run a command to its end. Raises RuntimeError when it fails."""
    # As on a person's machine, where compiled modules stay.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall_seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(map(str, words))}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # ru_maxrss is in bytes there, in KiB here
    return Sample(wall_seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)
