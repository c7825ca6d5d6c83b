"""A fleet's deployer that is killed at a hundred moments: nothing is lost, nothing is made twice, the next run ends."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import pytest

from tests.conftest import checkout
from tests.faults.fleet import THEIRS, Fleet, fleet

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]
KILLS = 100
SEED = int(os.environ.get("HUBS_TESTS_SEED") or time.time_ns())
MOST_EVENTS = 40
"""Told by a run before it is killed; one that has nothing left to do ends before that, and is given new work."""
LONGEST_DELAY_SECONDS = 0.3
"""From an event to the kill: not all of what happens between two of them is at their edges."""
LONGEST_SECONDS = 480.0


@pytest.fixture(scope="module")
def made(tools: Mapping[str, Path]) -> Iterator[Fleet]:
    with checkout() as project:
        yield fleet(project, 2, cluster=THEIRS)


def last_words(process: Any, count: int) -> str | None:
    """The event after `count` lines of a run; None when it ended before."""
    lines: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    Thread(target=read, daemon=True).start()
    said = "started"
    for _ in range(count):
        try:
            line = lines.get(timeout=LONGEST_SECONDS)
        except Empty:
            pytest.fail(f"not a word after {said}")
        if not line:
            return None
        event = json.loads(line)
        said = f"{event['event']} {event.get('step') or event.get('kind') or ''}".strip()
    return said


def test_killed_at_a_hundred_moments(made: Fleet) -> None:
    print(f"HUBS_TESTS_SEED={SEED}")
    chance, rounds = random.Random(SEED), 0
    killed: Counter[str] = Counter()
    while killed.total() < KILLS:
        resume = chance.random() < 0.5 and bool(made.backend.files.list(".hubs/fleet"))
        process = made.checkout.start("deploy", *(["--resume"] if resume else ["--all"]), "--simulate", "--json")
        # The lower of two: to come far costs more, and what was done between kills is kept.
        said = last_words(process, min(chance.randrange(MOST_EVENTS) for _ in range(2)))
        if said is not None:
            time.sleep(chance.uniform(0, LONGEST_DELAY_SECONDS))
            process.kill()
        code = process.wait(LONGEST_SECONDS)
        if said is not None and code < 0:
            killed[said] += 1
            continue
        assert code == 0, f"seed {SEED}, after {killed.total()} kills: {process.stderr.read()[-3000:]}"
        rounds += 1
        made.title(f"Round {rounds}")

    print(killed)
    last = made.checkout.run("deploy", "--all", "--simulate", "--json", timeout_seconds=LONGEST_SECONDS)
    assert last.code == 0, f"seed {SEED}: {last.text[-5000:]}"
    made.assert_whole()
    again = made.checkout.run("deploy", "--all", "--simulate", "--json")
    assert {event["state"] for event in again.events if event["event"] == "ended"} == {"unchanged"}, f"seed {SEED}"
    assert rounds


def test_an_engine_whose_deployer_was_killed_ends_what_it_began(made: Fleet) -> None:
    made.names.append("hub-2")
    made.title("Slow", "hub-2")
    made.order({"type": "*:Namespace", "name": "hub-2-staging", "kind": "slow", "seconds": 8})
    faults = {"HUBS_SIMULATED_FAULTS": str(made.checkout.root / "faults.yaml")}
    process = made.checkout.start("deploy", "hub-2", "--simulate", "--json", environment=faults)
    for line in process.stdout or ():
        event = json.loads(line)
        if event["event"] == "resource_started" and event["kind"] == "Namespace":
            break
    process.kill()
    process.wait()

    run = made.checkout.run("deploy", "hub-2", "--simulate", "--json", timeout_seconds=LONGEST_SECONDS)

    assert run.code == 0, run.text
    notes = [event["text"] for event in run.events if event["event"] == "note"]
    assert any("the engine ends what it began" in note for note in notes), notes
    again = [event for event in run.events if event["event"] == "resource_done" and event["name"] == "hub-2-staging"]
    assert "Namespace" not in {event["kind"] for event in again if event["operation"] == "create"}
    made.assert_whole()
