"""An engine that is killed while clouds make what it asked for: the next run takes that up, and makes nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Thread

import psutil
import pytest
import yaml

from deployer.rollout.interruption import Interruption
from deployer.state.repair import Mending
from tests.conftest import checkout
from tests.contract.conftest import asked
from tests.contract.identities import DRAWN
from tests.faults.fleet import Fleet, fleet

pytestmark = pytest.mark.engine
ENGINE_TYPES = {"aws": "aws:*", "azure": "azure-native:*", "gcp": "gcp:*"}
KILLS = 2
LONGEST_SECONDS = 30.0


@pytest.fixture(params=sorted(ENGINE_TYPES))
def made(request: pytest.FixtureRequest, tools: Mapping[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """One community on a cluster of each cloud, of which nothing is there yet."""
    with checkout() as project:
        monkeypatch.setenv("HUBS_SIMULATED_FAULTS", str(project.root / "faults.yaml"))
        project.write("clusters/half.yaml", yaml.safe_dump(asked(request.param, budget=None, github=None)))
        yield fleet(project, 1, cluster="half")


def killing_once(more: Callable[[], bool]) -> Thread:
    """Kills the engine that brings something up, and its plugins, as soon as there is more in the clouds."""

    def watch() -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline and not more():
            time.sleep(0.01)
        for engine in psutil.Process().children():
            if "up" in engine.cmdline():
                for process in (engine, *engine.children(recursive=True)):
                    process.kill()

    thread = Thread(target=watch, daemon=True)
    thread.start()
    return thread


def seeds(made: Fleet, *, named_here: bool = False) -> set[str]:
    """By what each thing in the clouds differs from another of the same name, made in its stead."""
    beside = {"kubernetes"} | (set().union(*DRAWN.values()) if named_here else set())
    records = [record for record in made.world() if beside.isdisjoint((record["token"], record["token"].split(":")[0]))]
    return {record["seed"] for record in records}


def test_what_it_was_making_is_taken_up_by_a_repair_and_kept_by_a_deploy(
    made: Fleet, request: pytest.FixtureRequest
) -> None:
    made.order({"type": ENGINE_TYPES[request.node.callspec.params["made"]], "kind": "slow", "seconds": LONGEST_SECONDS})
    made.struck = {"half-cluster"}
    for _ in range(KILLS):
        before = len(seeds(made))
        thread = killing_once(lambda before=before: len(seeds(made)) > before)
        result = made.carry_out()
        thread.join()
        assert result.exit_code == 4, [member.error for member in result.members]
        state = made.backend.stack("half-cluster")
        assert state is not None
        assert state.pending
    left = seeds(made, named_here=True)

    made.order()
    mending = Mending(made.place, "half", Interruption(print), lambda event: None)
    assert mending.carry_out(lambda repairs: None).done
    state = made.backend.stack("half-cluster")
    assert state is not None
    assert not state.pending
    kept = {record["urn"] for record in made.world() if record["seed"] in left}
    assert kept <= {resource.urn for resource in state.resources}
    result = made.carry_out()

    assert result.exit_code == 0, [member.error for member in result.members]
    made.assert_whole()
    assert left <= seeds(made)
    again = made.carry_out()
    assert {member.state for member in again.members} == {"unchanged"}
