"""Threads, limits, what waits for what, what is tried again, and what is left."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from deployer.errors import EngineFailed, GateFailed, Held
from deployer.rollout.fleet import schedule
from deployer.rollout.fleet.limits import Limits
from deployer.rollout.fleet.result import Member
from deployer.rollout.fleet.schedule import Schedule, Task
from deployer.rollout.interruption import Interruption
from deployer.rollout.result import Rollout
from deployer.rollout.subject import Subject
from tests.unit.fleet.subjects import CLUSTERS, community, subjects, tasks


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> list[Subject]:
    files = [community(f"hub-{number}", CLUSTERS[number % 2]) for number in range(8)]
    return subjects(tmp_path_factory.mktemp("fleet"), *files)


class Runs:
    """What ran beside what."""

    def __init__(self, faults: Callable[[Task], Exception | None] = lambda _: None) -> None:
        self.faults = faults
        self.order: list[str] = []
        self.beside: list[list[Task]] = []
        self.members: list[Member] = []
        self.put_off: list[str] = []
        self._running: list[Task] = []
        self._lock = threading.Lock()

    def work(self, task: Task) -> Rollout:
        with self._lock:
            self._running.append(task)
            self.order.append(f"{task.kind} {task.name}")
            self.beside.append(list(self._running))
        time.sleep(0.02)
        with self._lock:
            self._running.remove(task)
        fault = self.faults(task)
        if fault is not None:
            raise fault
        return Rollout(
            name=task.name,
            cluster=task.subject.cluster_name,
            simulated=True,
            done={"staging": "1 created"},
            stages=(),
            auth_type="",
            seconds=0,
            engine_seconds=0,
        )

    def run(
        self,
        what: list[Task],
        *,
        limits: Limits = Limits(total=8, per_cluster=8, per_cloud=8),  # noqa: B008 - frozen
        stopped: Callable[[], str] = lambda: "",
        interruption: Interruption | None = None,
        patience_seconds: float = 60,
    ) -> list[tuple[Task, str]]:
        return Schedule(
            limits=limits,
            work=self.work,
            ended=self.members.append,
            put_off=lambda task, _: self.put_off.append(task.name),
            interruption=interruption or Interruption(print),
            patience_seconds=patience_seconds,
        ).run(what, stopped=stopped)

    def states(self) -> Counter[str]:
        return Counter(member.state for member in self.members)


def test_clusters_first_and_once_then_everybody(members: list[Subject]) -> None:
    runs = Runs()

    assert runs.run(tasks(members)) == []
    assert runs.states() == {"up": 10}
    for member in members:
        cluster = runs.order.index(f"cluster {member.cluster_name}")
        assert cluster < runs.order.index(f"community {member.name}")
    assert len(runs.order) == len(set(runs.order)) == 10


@pytest.mark.parametrize(
    ("limits", "total", "on_cluster"),
    [
        (Limits(total=3, per_cluster=8, per_cloud=8), 3, 3),
        (Limits(total=8, per_cluster=1, per_cloud=8), 2, 1),
        (Limits(total=8, per_cluster=8, per_cloud=2), 2, 2),
    ],
)
def test_limits_hold(members: list[Subject], limits: Limits, total: int, on_cluster: int) -> None:
    runs = Runs()
    runs.run(tasks(members), limits=limits)

    assert max(map(len, runs.beside)) <= total
    assert max(max(Counter(t.subject.cluster_name for t in beside).values()) for beside in runs.beside) <= on_cluster
    assert max(map(len, runs.beside)) > 1


def test_where_all_are_at_work_nobody_looks_who_may_begin(members: list[Subject]) -> None:
    asked: list[Subject] = []

    class Counting(Limits):
        def room_for(self, subject: Subject, running: Iterable[Subject]) -> bool:
            asked.append(subject)
            return super().room_for(subject, running)

    runs = Runs()
    runs.run(tasks(members), limits=Counting(total=1, per_cluster=1, per_cloud=1))

    assert runs.states() == {"up": 10}
    assert len(asked) == 10


def test_a_failed_cluster_blocks_those_on_it_and_nobody_else(members: list[Subject]) -> None:
    runs = Runs(lambda task: EngineFailed("quota") if task.subject.target.alone and task.name == CLUSTERS[0] else None)
    runs.run(tasks(members))

    blocked = [member for member in runs.members if member.state == "blocked"]
    assert {member.name for member in blocked} == {"hub-0", "hub-2", "hub-4", "hub-6"}
    assert {member.why for member in blocked} == {f"the cluster {CLUSTERS[0]} that it stands on failed"}
    assert runs.states() == {"up": 5, "failed": 1, "blocked": 4}


def test_one_that_fails_keeps_nobody_from_it(members: list[Subject]) -> None:
    faults = {"hub-1": GateFailed("a crash loop"), "hub-2": ZeroDivisionError("a bug")}
    runs = Runs(lambda task: faults.get(task.name))
    runs.run(tasks(members))

    assert runs.states() == {"up": 8, "failed": 2}
    (bug,) = [m for m in runs.members if m.name == "hub-2"]
    assert bug.error is not None
    assert "ZeroDivisionError: a bug" in bug.error.fault
    assert bug.error.exit_code == 1


def test_what_another_run_holds_is_tried_again(members: list[Subject], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "TURN_SECONDS", 0.01)
    times = Counter[str]()

    def held(task: Task) -> Exception | None:
        times[task.name] += 1
        return Held("held by ada") if task.name == "hub-3" and times[task.name] < 4 else None

    runs = Runs(held)
    runs.run(tasks(members))

    assert runs.states() == {"up": 10}
    assert runs.put_off == ["hub-3"] * 3


def test_patience_with_another_run_ends(members: list[Subject], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "TURN_SECONDS", 0.01)
    runs = Runs(lambda task: Held("held by ada") if task.name == "hub-3" else None)
    runs.run(tasks(members), patience_seconds=0.2)

    (held,) = [member for member in runs.members if member.state == "failed"]
    assert (held.name, held.error and held.error.exit_code) == ("hub-3", 4)
    assert runs.put_off


def test_after_a_stop_what_runs_ends_and_the_rest_is_told(members: list[Subject]) -> None:
    runs = Runs()
    few = Limits(total=2, per_cluster=2, per_cloud=2)
    left = runs.run(tasks(members, clusters=False), limits=few, stopped=lambda: "enough" if runs.members else "")

    assert {why for _, why in left} == {"enough"}
    assert len(left) + len(runs.members) == 8
    assert 1 <= len(runs.members) <= 3
    assert set(runs.states()) == {"up"}


def test_the_second_interrupt_waits_for_nobody(members: list[Subject], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "HARD_STOP_SECONDS", -0.9)
    for_ever = threading.Event()
    interruption = Interruption(print)

    def hang(task: Task) -> None:
        interruption.count = 2
        for_ever.wait(30)

    runs = Runs(hang)
    began = time.monotonic()
    runs.run(
        tasks(members, clusters=False)[:2],
        stopped=lambda: "interrupted" if interruption.count else "",
        interruption=interruption,
    )
    for_ever.set()

    assert time.monotonic() - began < 5
    assert runs.states() == {"interrupted": 2}
