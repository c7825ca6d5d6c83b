"""One tool's installation while it runs: tells how far it is, and hears when it must stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deployer.toolchain.progress import Phase, Progress


class Cancelled(Exception):  # noqa: N818 - an order, not a fault
    """Somebody wants out; what is half done is cleared away."""


class Cancellation:
    """Ctrl-C, told to installations on other threads."""

    def __init__(self) -> None:
        self.ordered = threading.Event()
        self._stops: list[Callable[[], None]] = []
        self._changing = threading.Lock()

    def order(self) -> None:
        """Make everybody stop."""
        with self._changing:
            self.ordered.set()
            for stop in self._stops:
                stop()

    @contextmanager
    def waking(self, stop: Callable[[], None]) -> Iterator[None]:
        """Have `stop` called on an order, for what waits inside the block and cannot look up."""
        with self._changing:
            self._stops.append(stop)
            if self.ordered.is_set():
                stop()
        try:
            yield
        finally:
            with self._changing:
                self._stops.remove(stop)


class Job:
    """What an installer needs to know besides the tool."""

    def __init__(
        self,
        tool: str,
        *,
        progress: Callable[[Progress], None],
        cancellation: Cancellation,
        needed: Mapping[str, Path],
    ) -> None:
        self.needed = needed
        """Executables of the tools that this one needs."""
        self.cancellation = cancellation
        self._tool = tool
        self._progress = progress
        self._began = time.monotonic()

    def tell(self, phase: Phase, detail: str = "", *, done_bytes: int = 0, total_bytes: int | None = None) -> None:
        """Report a step; raises Cancelled when there shall be none."""
        self.go_on()
        self._progress(
            Progress(
                tool=self._tool,
                phase=phase,
                detail=detail,
                done_bytes=done_bytes,
                total_bytes=total_bytes,
                elapsed_seconds=time.monotonic() - self._began,
            )
        )

    def go_on(self) -> None:
        """Raises Cancelled when somebody wants out."""
        if self.cancellation.ordered.is_set():
            raise Cancelled

    def pause(self, seconds: float) -> None:
        """Sleep, but wake up to raise Cancelled."""
        self.cancellation.ordered.wait(seconds)
        self.go_on()
