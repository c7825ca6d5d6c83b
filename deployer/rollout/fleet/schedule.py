"""Runs rollouts side by side, within limits, each after the cluster that it stands on."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from deployer.errors import DeployerError, Held, Interrupted, unforeseen
from deployer.rollout.fleet.limits import Limits
from deployer.rollout.fleet.result import Kind, Member, State
from deployer.rollout.interruption import HARD_STOP_SECONDS, Interruption
from deployer.rollout.patience import PATIENCE_SECONDS
from deployer.rollout.result import Rollout
from deployer.rollout.subject import Subject

TICK_SECONDS = 0.2
"""Between looks whether somebody pressed Ctrl-C, or whether one that is held may be tried again."""
TURN_SECONDS = 2.0
"""Before one that another run holds is tried again: rollouts take minutes."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A cluster, or a community with all its stages: prod follows its own staging and waits for nobody else's."""

    subject: Subject

    @property
    def kind(self) -> Kind:
        return "cluster" if self.subject.target.alone else "community"

    @property
    def name(self) -> str:
        return self.subject.name

    def member(self, rollout: Rollout | None, error: DeployerError | None, seconds: float) -> Member:
        """How it fared."""
        state: State = "up" if rollout is not None and rollout.changed else "unchanged"
        if error is not None:
            state = "interrupted" if isinstance(error, Interrupted) else "failed"
        return Member(
            name=self.name,
            kind=self.kind,
            state=state,
            error=error,
            rollout=rollout,
            waits=rollout.waits if rollout is not None else "",
            seconds=seconds,
        )


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    task: Task
    rollout: Rollout | None
    error: DeployerError | None
    seconds: float


class Schedule:
    """Tasks that wait, run, and have ended."""

    def __init__(
        self,
        *,
        limits: Limits,
        work: Callable[[Task], Rollout],
        ended: Callable[[Member], None],
        put_off: Callable[[Task, Held], None],
        interruption: Interruption,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """`work` is called in threads; it raises DeployerError. The others are called in the caller's."""
        self._limits = limits
        self._work = work
        self._tell_ended = ended
        self._tell_put_off = put_off
        self._interruption = interruption
        self._patience_seconds = patience_seconds
        self._running: dict[str, Task] = {}
        self._outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
        self._held_since: dict[str, float] = {}
        self._not_before: dict[str, float] = {}
        self._bad_clusters: set[str] = set()

    def run(self, tasks: Sequence[Task], *, stopped: Callable[[], str]) -> list[tuple[Task, str]]:
        """Work on all of them, until `stopped` tells why no more are to be begun; those not begun, each with why."""
        waiting = list(tasks)
        while True:
            why = stopped()
            if not why:
                self._begin_what_may(waiting)
            if not self._running and (why or not waiting):
                return [(task, why) for task in waiting]
            self._collect(waiting)
            if self._interruption.count > 1 and self._running:
                self._leave(waiting)
                return [(task, stopped()) for task in waiting]

    def _begin_what_may(self, waiting: list[Task]) -> None:
        fresh = {task.name for task in (*waiting, *self._running.values()) if task.kind == "cluster"}
        left = []
        for task in waiting:
            if self._blocked(task):
                self._end(
                    Member(
                        name=task.name,
                        kind=task.kind,
                        state="blocked",
                        why=f"the cluster {task.subject.cluster_name} that it stands on failed",
                    )
                )
            elif self._may_begin(task, fresh):
                self._begin(task)
            else:
                left.append(task)
        waiting[:] = left

    def _blocked(self, task: Task) -> bool:
        return task.kind == "community" and task.subject.cluster_name in self._bad_clusters

    def _may_begin(self, task: Task, fresh: Collection[str]) -> bool:
        """`fresh` names clusters that are not up yet."""
        if len(self._running) >= self._limits.total:
            return False
        if task.kind == "community" and task.subject.cluster_name in fresh:
            return False
        if self._not_before.get(_key(task), 0.0) > time.monotonic():
            return False
        return self._limits.room_for(task.subject, (other.subject for other in self._running.values()))

    def _begin(self, task: Task) -> None:
        self._running[_key(task)] = task
        # A second Ctrl-C leaves at once, whatever a thread is at: the interpreter must not wait for it.
        threading.Thread(target=self._at_work, args=(task,), name=task.name, daemon=True).start()

    def _at_work(self, task: Task) -> None:
        began = time.monotonic()
        rollout, error = None, None
        try:
            rollout = self._work(task)
        except DeployerError as fault:
            error = fault
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others go on
            error = unforeseen(task.name, fault, f"deploy {task.subject.target}")
        self._outcomes.put(_Outcome(task=task, rollout=rollout, error=error, seconds=time.monotonic() - began))

    def _collect(self, waiting: list[Task]) -> None:
        """Take what ended, or wait a moment for it."""
        try:
            outcome = self._outcomes.get(timeout=TICK_SECONDS)
        except queue.Empty:
            return
        task, error = outcome.task, outcome.error
        del self._running[_key(task)]
        if isinstance(error, Held) and self._patient(task):
            self._not_before[_key(task)] = time.monotonic() + TURN_SECONDS
            self._tell_put_off(task, error)
            waiting.append(task)
            return
        if error is not None and task.kind == "cluster":
            self._bad_clusters.add(task.name)
        self._end(task.member(outcome.rollout, error, outcome.seconds))

    def _patient(self, task: Task) -> bool:
        # By this machine's own clock from when it was first met: what the other one's says does not matter.
        since = self._held_since.setdefault(_key(task), time.monotonic())
        return time.monotonic() - since < self._patience_seconds

    def _leave(self, waiting: list[Task]) -> None:
        """After the second Ctrl-C: engines are killed within seconds; nothing else is waited for."""
        deadline = time.monotonic() + HARD_STOP_SECONDS + 1
        while self._running and time.monotonic() < deadline:
            self._collect(waiting)
        for task in self._running.values():
            error = Interrupted(f"left in the middle of {task.name}", left="what was finished is kept")
            self._end(task.member(None, error, 0.0))
        self._running.clear()

    def _end(self, member: Member) -> None:
        self._tell_ended(member)


def _key(task: Task) -> str:
    return f"{task.kind} {task.name}"
