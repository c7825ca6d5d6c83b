"""Waiting for a cluster: as long as whoever holds it lives, no longer, and not against Ctrl-C."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from deployer.errors import DeployerError, Held, Interrupted
from deployer.project import Project
from deployer.rollout import claim as claim_module
from deployer.rollout import heartbeat, patience
from deployer.rollout.claim import FOLDER, claim, claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import Event
from deployer.rollout.target import Target

CLAIM = f"{FOLDER}/clusters/reef.json"
LONGEST_SECONDS = 30.0


@pytest.fixture
def reef(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A cluster, which is looked at all the time."""
    for name in ("communities", "clusters"):
        (tmp_path / name).mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: hubs\nruntime: python\n", encoding="utf-8")
    monkeypatch.setattr(claim_module, "TURN_SECONDS", 0.02)
    monkeypatch.setattr(patience, "_signs", {})
    return Target(project=Project(tmp_path), name="reef", alone=True)


def held_elsewhere(backend: Backend, *, beat: bytes | None, claim_id: str = "abc") -> None:
    """By a workflow's machine, say, which may have been taken away in the middle of it."""
    words = {"id": claim_id, "pid": 1, "username": "ada", "hostname": "elsewhere.example.org"}
    since = "2026-11-20T10:00:00+00:00"
    backend.files.write(CLAIM, json.dumps({**words, "since": since}).encode())
    if beat is not None:
        backend.files.write(heartbeat.path(claim_id), beat)


def nobody(event: Event) -> None:
    """Who listens."""


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def one_who_waits(
    reef: Target, interruption: Interruption, listen: Callable[[Event], None] = nobody
) -> Iterator[list[DeployerError | None]]:
    """In a thread, as those of a fleet do; what it ended with, None when it got the cluster."""
    ended: list[DeployerError | None] = []

    def wait() -> None:
        try:
            with claimed(Backend(reef.settings), reef, listen, in_turn=interruption):
                ended.append(None)
        except DeployerError as error:
            ended.append(error)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield ended
    finally:
        thread.join(LONGEST_SECONDS)
        assert not thread.is_alive(), "it waits for ever"


@pytest.mark.parametrize("beat", [b"7", None], ids=["a heart that stopped", "no heart at all"])
def test_nobody_waits_for_ever_for_a_run_that_is_gone(
    reef: Target, beat: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SILENCE_SECONDS" if beat else "PATIENCE_SECONDS", 0.2)
    backend = Backend(reef.settings)
    held_elsewhere(backend, beat=beat)
    told: list[Event] = []
    with one_who_waits(reef, Interruption(print), told.append) as ended:
        until(lambda: ended)
    (error,) = ended
    assert isinstance(error, Held)
    assert "ada on elsewhere.example.org" in error.fault
    assert "deployer unlock --cluster reef" in error.remedy
    assert len(told) == 1
    assert claim(backend, reef) is not None, "nobody here can be sure that it is gone"

    with one_who_waits(reef, Interruption(print), told.append) as ended:
        until(lambda: ended)
    assert isinstance(ended[0], Held)
    assert len(told) == 1, "known by now: the next one need not wait at all"


def test_a_run_that_lives_elsewhere_is_waited_for(reef: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: now))
    backend = Backend(reef.settings)
    held_elsewhere(backend, beat=b"0")
    with one_who_waits(reef, Interruption(print)) as ended:
        for number in range(5):
            beat = str(number).encode()
            backend.files.write(heartbeat.path("abc"), beat)
            until(lambda seen=beat: seen in {last for last, _ in patience._signs.values()})
            now += patience.SILENCE_SECONDS - 1
        assert not ended
        backend.files.delete(CLAIM)
        until(lambda: ended)
    assert ended == [None]


def test_ctrl_c_ends_waiting_for_a_run_elsewhere(reef: Target) -> None:
    backend = Backend(reef.settings)
    held_elsewhere(backend, beat=b"7")
    interruption, told = Interruption(print), list[Event]()
    with one_who_waits(reef, interruption, told.append) as ended:
        until(lambda: told)
        interruption.count += 1
        until(lambda: ended)
    assert isinstance(ended[0], Interrupted)
    assert "the cluster reef" in ended[0].fault


def test_ctrl_c_ends_waiting_for_another_thread(reef: Target) -> None:
    interruption, told = Interruption(print), list[Event]()
    with (
        claimed(Backend(reef.settings), reef, nobody, in_turn=interruption),
        one_who_waits(reef, interruption, told.append) as ended,
    ):
        until(lambda: told)
        assert not ended
        interruption.count += 1
        until(lambda: ended)
    assert isinstance(ended[0], Interrupted)
