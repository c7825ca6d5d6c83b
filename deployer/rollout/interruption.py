"""Ctrl-C: the first one stops cleanly, the second at once; either way the same command goes on later."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import psutil

from deployer.rollout.progress import Listener, Note

HARD_STOP_SECONDS = 3.0


@contextmanager
def heeding(listen: Listener) -> Iterator[Interruption]:
    """Heed Ctrl-C within; only the main thread may ask for it."""
    interruption = Interruption(lambda text: listen(Note(text=text)))
    with interruption.heeded():
        yield interruption


class Interruption:
    """Passes interrupts on to the programs at work, which have no terminal of their own.

    Without any at work, an interrupt raises KeyboardInterrupt where the program stands.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.count = 0
        self.watched = False
        """Whether somebody looks at `count` all the time, so that nothing need be raised where the program stands."""
        self._say = say
        self._running: set[subprocess.Popen[str]] = set()
        self._launching = False
        self._asked = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Let time pass, but no more of it once somebody asks to stop; whether somebody did."""
        return self._asked.wait(seconds)

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Heed SIGINT and SIGTERM within; only the main thread may ask for it."""
        before = {number: signal.signal(number, self._interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def reaching(self, launch: Callable[[], subprocess.Popen[str]]) -> Iterator[subprocess.Popen[str]]:
        """Start a program and let interrupts reach it while it runs."""
        self._launching = True
        try:
            process = launch()
            self._running.add(process)
        finally:
            self._launching = False
        if self.count:
            process.send_signal(signal.SIGINT)
        try:
            with process:
                yield process
        finally:
            self._running.discard(process)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
        running = list(self._running)
        if not running and not self._launching and not self.watched:
            raise KeyboardInterrupt
        # A handler may run in the middle of any print, so it does no printing itself.
        threading.Thread(target=self._stop, args=(running, self.count), daemon=True).start()

    def _stop(self, running: list[subprocess.Popen[str]], count: int) -> None:
        self._asked.set()
        if count == 1:
            self._say("stopping: what is in progress is finished first; Ctrl-C again stops at once")
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
        if count == 1:
            return
        for process in running:
            try:
                process.wait(HARD_STOP_SECONDS if count == 2 else 0)
            except subprocess.TimeoutExpired:
                _kill(process.pid)


def _kill(pid: int) -> None:
    """Kill a program and what it started, but not what detached itself to live on: sessions of their own."""
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        session = os.getsid(pid)
        process = psutil.Process(pid)
        for each in (*process.children(recursive=True), process):
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                if os.getsid(each.pid) == session:
                    each.kill()
