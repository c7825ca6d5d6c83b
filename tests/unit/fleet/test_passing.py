"""Which errors pass by themselves, in the clouds' own words, and what is tried again."""

from __future__ import annotations

import signal
import time

import pytest
import yaml

from deployer.errors import EngineFailed, Interrupted
from deployer.rollout import passing
from deployer.rollout.interruption import Interruption, heeding
from deployer.rollout.passing import TRIES, again_while_passing, passes
from deployer.rollout.progress import Event, Note
from tests.conftest import CHECKOUT

CLOUDS = ("aws", "azure_native", "gcp", "kubernetes")


def words(cloud: str) -> dict[str, str]:
    path = CHECKOUT / f"providers/simulated/{cloud}/cloud.yaml"
    found: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))["words"]
    return found


@pytest.mark.parametrize("cloud", CLOUDS)
def test_throttling_passes_and_what_somebody_must_mend_does_not(cloud: str) -> None:
    said = words(cloud)

    assert passes(EngineFailed(said["throttling"]))
    for kind in ("quota", "permission", "capacity"):
        if kind in said:
            assert not passes(EngineFailed(said[kind])), said[kind]


@pytest.mark.parametrize("failures", [0, 1, TRIES - 1])
def test_it_is_tried_again_until_it_works(failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "FIRST_WAIT_SECONDS", 0.001)
    left, heard = [failures], list[Event]()

    def attempt() -> str:
        if left[0]:
            left[0] -= 1
            raise EngineFailed("a-staging: googleapi: Error 503: Service Unavailable")
        return "done"

    assert again_while_passing(attempt, heard.append, Interruption(print)) == "done"
    assert len(heard) == failures
    assert all(isinstance(event, Note) and "trying again" in event.text for event in heard)


def test_other_errors_and_the_last_one_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(passing, "LONGEST_WAIT_SECONDS", 0.001)
    tried = []

    def attempt(fault: str) -> None:
        tried.append(fault)
        raise EngineFailed(fault)

    with pytest.raises(EngineFailed):
        again_while_passing(lambda: attempt("quota NVIDIA_T4_GPUS is 0"), lambda _: None, Interruption(print))
    assert len(tried) == 1
    with pytest.raises(EngineFailed):
        again_while_passing(lambda: attempt("Rate exceeded"), lambda _: None, Interruption(print))
    assert len(tried) == 1 + TRIES


def test_tries_that_get_something_done_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "FIRST_WAIT_SECONDS", 0.001)
    monkeypatch.setattr(passing, "LONGEST_WAIT_SECONDS", 0.001)
    done: list[str] = []

    def attempt() -> None:
        if len(done) < 3 * TRIES:
            done.append(f"Bucket {len(done)} created")
            raise EngineFailed("Rate exceeded", left=done[-1])
        raise EngineFailed("Rate exceeded")

    with pytest.raises(EngineFailed) as raised:
        again_while_passing(attempt, lambda _: None, Interruption(print))
    assert raised.value.left == "; ".join(done)


def test_waiting_ends_when_somebody_asks_to_stop() -> None:
    with heeding(lambda _: None) as interruption:
        interruption.watched = True
        signal.raise_signal(signal.SIGINT)
        began = time.monotonic()
        with pytest.raises(Interrupted) as raised:
            again_while_passing(_throttled, lambda _: None, interruption)
    assert raised.value.left == "Bucket created"
    assert time.monotonic() - began < passing.LONGEST_WAIT_SECONDS


def _throttled() -> None:
    raise EngineFailed("Rate exceeded", left="Bucket created")
