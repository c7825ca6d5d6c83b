"""Two at once, interrupted, on a full disk, with another clock: told, sane, and gone on with."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from deployer.rollout.claim import FOLDER
from deployer.rollout.engine.process_identity import identity
from deployer.rollout.fleet import schedule
from deployer.rollout.fleet.command import all_of
from deployer.rollout.fleet.deploy import Terms, deploy_fleet
from deployer.rollout.fleet.limits import limits
from deployer.rollout.interruption import Interruption
from tests.conftest import checkout
from tests.faults.fleet import THEIRS, Fleet, fleet

pytestmark = pytest.mark.engine
LONGEST_SECONDS = 480.0
"""Of one command on a machine that is busy with others; some 20 s are usual."""
DEPLOY = ("deploy", "--all", "--simulate", "--json")


@pytest.fixture(scope="module")
def made(tools: Mapping[str, Path]) -> Iterator[Fleet]:
    with checkout() as project:
        yield fleet(project, 3, cluster=THEIRS)


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def until(process: Any, name: str) -> None:
    """Read a run's events up to the first of that name."""
    for line in process.stdout:
        if json.loads(line)["event"] == name:
            return
    pytest.fail(f"ended before {name}: {process.communicate()}")


def test_two_deployers_are_told_of_each_other_and_end_well(made: Fleet) -> None:
    first = made.checkout.start(*DEPLOY)
    until(first, "begun")
    # Both are listened to: one whose pipe is full stands still.
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(first.communicate, timeout=LONGEST_SECONDS)
        second = made.checkout.run(*DEPLOY, timeout_seconds=LONGEST_SECONDS)
        out, err = listening.result()

    assert first.returncode == 0, (out, err)
    assert second.code == 0, second.text
    assert any("another run rolls out 3 of these" in event.get("text", "") for event in second.events), second.text
    ended = [event for event in (*events(out), *second.events) if event["event"] == "ended"]
    assert {event["state"] for event in ended} <= {"up", "unchanged"}
    assert sum(event["state"] == "up" and "community" in event for event in ended) == 3, ended
    put_off = [(event.get("community"), event["why"]) for event in second.events if event["event"] == "put_off"]
    assert put_off
    assert len(put_off) == len(set(put_off))
    made.assert_whole()


def test_ctrl_c_once_lets_end_what_runs_and_resume_does_the_rest(made: Fleet) -> None:
    made.title("After an interruption")
    process = made.checkout.start(*DEPLOY, "--at-once", "1")
    until(process, "resource_started")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=LONGEST_SECONDS)

    assert process.returncode == 130, (out, err)
    result = events(out)[-1]
    fared = {member["name"]: member["state"] for member in result["members"]}
    assert sorted(fared.values()) == ["interrupted", "not begun", "not begun"], fared
    assert result["resume"] == "deployer deploy --resume --simulate"
    assert "Traceback" not in err

    resumed = made.checkout.run("deploy", "--resume", "--simulate", "--json")
    assert resumed.code == 0, resumed.text
    made.assert_whole()
    again = made.checkout.run("deploy", "--resume", "--simulate")
    assert again.code == 2
    assert "nothing to resume" in again.err


def test_ctrl_c_twice_ends_at_once(made: Fleet) -> None:
    made.title("After two interruptions")
    process = made.checkout.start(*DEPLOY)
    until(process, "resource_started")
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)  # one signal at a time: two that are pending are one
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130, (out, err)
    assert made.checkout.run(*DEPLOY).code == 0
    made.assert_whole()


@pytest.mark.parametrize("skew", [timedelta(days=1), timedelta(days=-1)], ids=["from the future", "from the past"])
def test_a_clock_that_is_wrong_neither_clears_a_living_claim_nor_keeps_a_dead_one(
    made: Fleet, skew: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "TURN_SECONDS", 0.05)
    made.title(f"With a clock off by {skew}")
    since = (datetime.now(UTC) + skew).isoformat()
    with subprocess.Popen(["sleep", "600"]) as living:
        claims = {
            "hub-0": (living.pid, socket.gethostname(), identity(living.pid)),
            "hub-1": (1, "elsewhere.example.org", ""),
            # A number that was given to somebody else meanwhile.
            "hub-2": (living.pid, socket.gethostname(), "another boot:1"),
        }
        for name, (pid, host, process) in claims.items():
            said = {"pid": pid, "username": "ada", "hostname": host, "since": since, "process": process}
            made.backend.files.write(f"{FOLDER}/{name}.json", json.dumps(said).encode())
        result = deploy_fleet(
            made.project,
            all_of(made.project, simulated=True),
            Terms(limits=limits(simulated=True), patience_seconds=0.5),
            simulated=True,
            interruption=Interruption(print),
            listen=made.events.append,
        )
        living.kill()

    fared = {member.name: member for member in result.members}
    assert {name: member.state for name, member in fared.items()} == {
        "hub-0": "failed",
        "hub-1": "failed",
        "hub-2": "up",
    }
    for name in ("hub-0", "hub-1"):
        error = fared[name].error
        assert error is not None
        assert "is locked by another run: ada on" in error.fault
        assert made.backend.files.read(f"{FOLDER}/{name}.json") is not None
        made.backend.files.delete(f"{FOLDER}/{name}.json")
    assert "deployer unlock hub-1 --simulate" in (fared["hub-1"].error.remedy if fared["hub-1"].error else "")
    assert result.exit_code == 4
    assert made.checkout.run(*DEPLOY).code == 0
    made.assert_whole()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_disk_that_fills_up(tools: Mapping[str, Path]) -> None:
    with checkout() as project:
        small = fleet(project, 2, cluster=THEIRS)
        state = project.root / ".state"
        state.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(state)], capture_output=True)
        if mounted.returncode:
            pytest.skip(f"no disk could be mounted: {mounted.stderr.decode().strip()}")
        try:
            process = project.start(*DEPLOY, "--at-once", "1")
            until(process, "begun")
            filler = state / "filler"
            with suppress(OSError):  # the run writes, too
                filler.write_bytes(b"0" * psutil.disk_usage(str(state)).free)
            out, err = process.communicate(timeout=LONGEST_SECONDS)

            assert process.returncode == 4, (out, err)
            assert "Traceback" not in err
            assert "full" in out or "space" in out
            filler.unlink()
            mended = project.run(*DEPLOY)
            assert mended.code == 0, mended.text
            small.assert_whole()
        finally:
            subprocess.run(["umount", "--lazy", str(state)], check=True)
