"""Health checks for people and programs: each step with its time as it ends, and what went wrong."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from deployer.report.console import errors, output, print_json
from deployer.rollout.health.result import Fault, HealthResult, Step
from deployer.rollout.progress import Event, Note, ToolProgress

if TYPE_CHECKING:
    from rich.status import Status


class HealthReport:
    """Reports the checks of one community's hubs as they go on; as one JSON document at the end with `as_json`."""

    def __init__(self, community: str, *, as_json: bool) -> None:
        self.healthy = True
        """Whether all hubs so far were."""
        self._community = community
        self._as_json = as_json
        self._data: list[dict[str, Any]] = []
        self._waiting: Status | None = None
        self._step = self._told = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_waiting()
        if self._as_json and error is None:
            print_json(self._data)

    def say(self, text: str) -> None:
        """A sentence beside the report."""
        self._stop_waiting()
        errors().print(text, markup=False)

    def listen(self, event: Event) -> None:
        """Tell what happens before a check can begin, as far as it takes long."""
        if isinstance(event, Note):
            self.say(event.text)
        elif isinstance(event, ToolProgress):
            self.say(f"{event.tool}: {event.text}")

    def hub(self, stage: str, url: str) -> None:
        """A check begins."""
        if not self._as_json:
            output().print(f"{self._community} {stage}  {url}", style="bold", markup=False)

    def start(self, name: str) -> None:
        """A step begins: shown on a terminal while it lasts."""
        self._step, self._told = name, ""
        if errors().is_terminal:
            self._stop_waiting()
            self._waiting = errors().status(f"{name} …")
            self._waiting.start()

    def told(self, text: str) -> None:
        """Something is said of the step that takes long: beside its name on a terminal, else a line."""
        if self._waiting:
            from rich.markup import escape

            self._waiting.update(escape(f"{self._step} … {text}"))
        elif not errors().is_terminal and text != self._told:
            errors().print(f"  {self._step}: {text}", markup=False)
        self._told = text

    def step(self, step: Step) -> None:
        """A step ended."""
        self._stop_waiting()
        if not self._as_json:
            mark, style = ("ok    ", "") if step.passed else ("failed", "red")
            line = f"  {mark} {step.seconds:6.2f} s  {step.name}" + (f": {step.detail}" if step.detail else "")
            output().print(line, style=style, markup=False)

    def result(self, stage: str, result: HealthResult) -> None:
        """A check ended."""
        self._stop_waiting()
        self.healthy = self.healthy and result.healthy
        self._data.append({"community": self._community, "stage": stage, **result_data(result)})
        if self._as_json:
            return
        if result.fault:
            show_fault(result.fault)
        verdict, style = ("healthy", "bold green") if result.healthy else ("unhealthy", "bold red")
        output().print(f"{self._community} {stage} is {verdict} ({result.seconds:.1f} s)", style=style, markup=False)
        if result.left:
            errors().print(f"  {result.left}", style="yellow", markup=False)

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._waiting.stop()
            self._waiting = None


def show_fault(fault: Fault) -> None:
    """What was seen, and the last lines of the log of whatever is at fault."""
    output().print(f"    {fault.seen}", markup=False)
    if fault.log:
        output().print(f"    last lines of the log of {fault.log_part}:", markup=False)
        for line in fault.log:
            output().print(f"      {line}", style="dim", markup=False)


def result_data(result: HealthResult) -> dict[str, Any]:
    """A check's result for other programs."""
    fault = result.fault
    return {
        "url": result.url,
        "healthy": result.healthy,
        "seconds": round(result.seconds, 3),
        "steps": [
            {"name": step.name, "seconds": round(step.seconds, 3), "passed": step.passed, "detail": step.detail}
            for step in result.steps
        ],
        "fault": fault
        and {
            "step": fault.step,
            "seen": fault.seen,
            "part": fault.part,
            "log_part": fault.log_part,
            "log": list(fault.log),
        },
        "left": result.left,
    }
