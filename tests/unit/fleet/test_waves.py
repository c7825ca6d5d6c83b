"""Who goes when, and when no more go."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deployer.errors import EngineFailed
from deployer.rollout.fleet.budget import reason_to_stop
from deployer.rollout.fleet.result import Member, State
from deployer.rollout.fleet.waves import MANY, Waves, smallest, still_to_go, waves_of
from deployer.rollout.subject import Subject
from tests.unit.fleet.subjects import community, subjects

NAMES = [f"hub-{number:02}" for number in range(20)]


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> list[Subject]:
    files = [community(name) for name in NAMES]
    files[7]["hub"]["max_running_servers"] = 40
    files[9]["hub"]["max_running_servers"] = 30
    return subjects(tmp_path_factory.mktemp("fleet"), *files)


def test_the_smallest_goes_first_then_a_tenth_then_the_rest(members: list[Subject]) -> None:
    made = waves_of(members, NAMES, canaries=(), everything="", wanted=True)

    assert made.why == "20 communities change"
    assert smallest(members) == "hub-09"
    assert made.names == [("hub-09",), ("hub-00", "hub-01"), tuple(n for n in NAMES[2:] if n != "hub-09")]


@pytest.mark.parametrize(
    ("changing", "canaries", "everything", "wanted", "waves"),
    [
        (NAMES[:MANY], (), "", True, 1),
        (NAMES[: MANY + 1], (), "", True, 3),
        ([], (), "component code", True, 1),  # all are new: nobody can lose anything
        (NAMES[:2], (), "component code", True, 3),
        (NAMES, (), "component code", False, 1),
        ([], ("hub-03",), "", True, 3),
    ],
)
def test_waves_are_for_what_touches_many(
    members: list[Subject], changing: Sequence[str], canaries: Sequence[str], everything: str, wanted: bool, waves: int
) -> None:
    made = waves_of(members, changing, canaries=canaries, everything=everything, wanted=wanted)

    assert len(made.names) == waves
    assert sorted(name for wave in made.names for name in wave) == NAMES
    assert bool(made.why) == (waves > 1)
    if canaries:
        assert made.names[0] == tuple(canaries)


def test_the_policys_canaries_go_first_and_make_no_waves(members: list[Subject]) -> None:
    def made(changing: Sequence[str]) -> Waves:
        return waves_of(members, changing, canaries=(), usual_canaries=("hub-05",), everything="", wanted=True)

    assert made(NAMES).names[0] == ("hub-05",)
    assert len(made(NAMES[:3]).names) == 1


def test_what_is_left_of_an_earlier_run_keeps_its_waves() -> None:
    earlier = Waves(names=[("a",), ("b", "c"), ("d", "e")], why="many")

    assert still_to_go(earlier, ["c", "d", "new"]).names == [("c",), ("d",), ("new",)]
    assert still_to_go(earlier, []).names == []


def fared(name: str, state: State) -> Member:
    error = EngineFailed("quota") if state == "failed" else None
    return Member(name=name, kind="community", state=state, error=error)


def test_a_wave_waits_for_the_one_before_to_be_healthy() -> None:
    before = [fared("a", "up"), fared("b", "failed")]

    assert "not healthy: b" in reason_to_stop(before, {"a", "b"}, budget=None, of=50)
    assert reason_to_stop(before, {"a"}, budget=None, of=50) == ""
    assert reason_to_stop(before, {"a", "b"}, budget=1, of=50) == ""
    assert reason_to_stop([fared("a", "blocked")], {"a"}, budget=None, of=50)
    assert reason_to_stop([fared("a", "refused"), fared("b", "unchanged")], {"a", "b"}, budget=None, of=50) == ""


@pytest.mark.parametrize(
    ("failed", "of", "budget", "stops"),
    [(3, 5, None, False), (4, 5, None, True), (10, 100, None, False), (11, 100, None, True), (1, 100, 0, True)],
)
def test_the_budget_is_three_or_a_tenth(failed: int, of: int, budget: int | None, stops: bool) -> None:
    members = [fared(f"hub-{number}", "failed") for number in range(failed)]

    assert bool(reason_to_stop(members, (), budget=budget, of=of)) == stops
