"""Progress of a rollout: live lines on a terminal, plain lines elsewhere, JSON lines for programs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deployer.report.console import errors, print_event
from deployer.rollout.progress import (
    CheckRemark,
    CheckStep,
    Event,
    Listener,
    Note,
    ResourceDone,
    ResourceRemark,
    ResourceStarted,
    StepDone,
    StepStarted,
    ToolProgress,
    event_data,
)

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PAST = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
WIDEST = 100
"""Columns, on a terminal that has more: times stay near to what they are of."""
SILENT_SECONDS = 1.0
"""Steps that are there for completeness are told of only when they took this long."""


@contextmanager
def following(*, as_json: bool) -> Iterator[Listener]:
    """A listener for a rollout's events, while the rollout lasts."""
    if as_json:
        yield _as_json()
    elif errors().is_terminal:
        with _Live() as live:
            yield live
    else:
        yield _Lines()


@contextmanager
def paused(listen: Listener) -> Iterator[None]:
    """Without live lines, which would write over a question."""
    if not isinstance(listen, _Live):
        yield
        return
    listen.stop()
    try:
        yield
    finally:
        listen.go_on()


def _as_json() -> Listener:
    # Events come from several threads; a line must stay a line.
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:
            print_event(event_data(event))

    return tell


class _Lines:
    """Says what ended, a line each, on standard error."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: set[str] = set()

    def __call__(self, event: Event) -> None:
        with self._lock:
            self.tell(event)

    def tell(self, event: Event) -> None:
        match event:
            case Note(severity="warning"):
                errors().print(event.text, markup=False, style="yellow")
            case Note():
                errors().print(event.text, markup=False)
            case StepDone() if event.detail or event.seconds >= SILENT_SECONDS:
                self._line(event.step, event.detail or "done", event.seconds, style="bold")
            case ResourceDone():
                self._line(event.stack, f"{event.kind} {event.name} {PAST[event.operation]}", event.seconds)
            case ResourceRemark(passing=False):
                errors().print(f"{event.stack:16} {event.kind} {event.name}: {event.text}", markup=False)
            case CheckStep():
                what = f"{event.name}: {event.detail}" if event.detail else event.name
                words = what if event.passed else f"{event.name} failed"
                self._line(event.stack, words, event.seconds, style="" if event.passed else "red")
            case CheckRemark() if self._new(f"{event.stack:16} {event.name}: {event.text}"):
                errors().print(f"{event.stack:16} {event.name}: {event.text}", markup=False)
            case ToolProgress() if self._new(f"{event.tool}: {event.text}"):
                errors().print(f"{event.tool}: {event.text}", markup=False)
            case _:
                return

    def _line(self, where: str, what: str, seconds: float, *, style: str = "") -> None:
        room = min(errors().width, WIDEST) - len(" 1234.5 s")
        said = f"{where:16} {what}"
        errors().print(f"{said:{room}} {seconds:6.1f} s", markup=False, style=style)

    def _new(self, line: str) -> bool:
        if line in self._said:
            return False
        self._said.add(line)
        return True


class _Live(_Lines):
    """The same lines, and below them what is going on right now."""

    def __enter__(self) -> _Live:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress: Progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            console=errors(),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._progress.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop()

    def stop(self) -> None:
        """Take the live lines away, for now."""
        self._progress.stop()

    def go_on(self) -> None:
        """Show them again."""
        self._progress.start()

    def tell(self, event: Event) -> None:
        match event:
            case StepStarted():
                self._begin(f"step {event.step}", event.step)
            case StepDone():
                self._end(f"step {event.step}")
            case ResourceStarted():
                self._begin(f"{event.stack}/{event.name}", f"  {event.operation} {event.kind} {event.name}")
            case ResourceDone():
                self._end(f"{event.stack}/{event.name}")
            case ResourceRemark(passing=True):
                self._begin(f"{event.stack}/{event.name}", f"  {event.kind} {event.name}: {event.text}")
            case CheckRemark():
                self._begin(f"check {event.stack}", f"  {event.name}: {event.text}")
            case CheckStep():
                self._end(f"check {event.stack}")
            case ToolProgress():
                self._begin(f"tool {event.tool}", f"  {event.tool}: {event.text}")
                return
            case _:
                pass
        super().tell(event)

    def _begin(self, key: str, description: str) -> None:
        if key in self._tasks:
            self._progress.update(self._tasks[key], description=description)
        else:
            self._tasks[key] = self._progress.add_task(description, total=None)

    def _end(self, key: str) -> None:
        task = self._tasks.pop(key, None)
        if task is not None:
            self._progress.remove_task(task)
        if key == "step tools":
            for tool in [name for name in self._tasks if name.startswith("tool ")]:
                self._end(tool)
