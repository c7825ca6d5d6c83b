"""A fleet on a bad day: what fails, fails alone, and the next run does only what remains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from deployer.rollout import passing
from deployer.rollout.fleet.command import Wish, carry_out
from deployer.rollout.fleet.events import FleetEvent, Heard, Surveyed
from deployer.rollout.fleet.result import FleetResult
from deployer.rollout.interruption import Interruption
from deployer.rollout.progress import ResourceDone
from tests.conftest import checkout
from tests.faults.fleet import Fleet, fleet

pytestmark = pytest.mark.engine
BROKEN = "name: broken\ntitle: Broken\ncluster: example-gcp\nhub: {domain: broken.example.org, profils: []}\n"


@pytest.fixture(scope="module")
def made(tools: Mapping[str, Path]) -> Iterator[Fleet]:
    with checkout() as project, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBS_SIMULATED_FAULTS", str(project.root / "faults.yaml"))
        patch.setattr(passing, "FIRST_WAIT_SECONDS", 0.05)
        yield fleet(project, 4)


def states(result: FleetResult) -> dict[str, str]:
    return {member.name: member.state for member in result.members}


def faults(result: FleetResult) -> list[str]:
    return [member.error.fault for member in result.members if member.error]


def killing_the_engine_of(stack: str) -> Callable[[FleetEvent], None]:
    """A listener that kills the engine once it has made something of that stack."""

    def tell(event: FleetEvent) -> None:
        if isinstance(event, Heard) and isinstance(event.event, ResourceDone) and event.event.stack == stack:
            for process in psutil.Process().children():
                if stack in process.cmdline() and "up" in process.cmdline():
                    process.kill()

    return tell


def test_whatever_fails_fails_alone(made: Fleet) -> None:
    (made.checkout.root / "communities/broken.yaml").write_text(BROKEN, encoding="utf-8")
    made.order(
        {"name": "hub-1-staging", "type": "*:Namespace", "kind": "quota", "what": "namespaces"},
        {"name": "hub-2-staging*", "type": "*:Bucket", "kind": "crash"},
    )
    kill = killing_the_engine_of("hub-3-staging")
    made.struck |= {"hub-2-staging", "hub-3-staging"}

    def listen(event: FleetEvent) -> None:
        made.events.append(event)
        kill(event)

    result = carry_out(made.project, Wish(simulated=True), interruption=Interruption(print), listen=listen)

    assert states(result) == {
        "example-gcp": "up",
        "broken": "refused",
        "hub-0": "up",
        "hub-1": "failed",
        "hub-2": "failed",
        "hub-3": "failed",
    }
    assert result.exit_code == 4
    assert all(stack.new and not stack.changes for stack in made.plan("hub-0").stacks)
    assert made.up() == {("hub-0", "staging"), ("hub-0", "prod")}
    assert all(made.backend.stack(f"hub-{number}-prod") is None for number in (1, 2, 3))
    errors = {member.name: member.error for member in result.members if member.error}
    assert "Namespace 'hub-1-staging' could not be created" in errors["hub-1"].fault
    assert "provider plugin ended" in errors["hub-2"].remedy
    assert "not touched: prod" in errors["hub-3"].left
    problems = [str(problem) for problem in getattr(errors["broken"], "problems", ())]
    assert any("communities/broken.yaml:4:" in problem and "profils" in problem for problem in problems), problems
    assert result.resume == "deployer deploy --resume --simulate"


def test_resume_does_only_what_remains(made: Fleet) -> None:
    made.order()
    result = made.carry_out(resume=True)

    assert made.begun == ["hub-1", "hub-2", "hub-3"]
    expected = {"broken": "refused", "hub-0": "unchanged", **dict.fromkeys(made.begun, "up")}
    assert states(result) == expected, faults(result)
    assert (result.exit_code, result.resume) == (2, "")
    made.assert_whole()


def test_nothing_to_do_starts_no_engine_and_names_who_is_gone(made: Fleet) -> None:
    (made.checkout.root / "communities/broken.yaml").unlink()
    kept = (made.checkout.root / "communities/hub-3.yaml").read_text(encoding="utf-8")
    (made.checkout.root / "communities/hub-3.yaml").unlink()
    run = made.checkout.run("deploy", "--all", "--simulate", "--json")
    (made.checkout.root / "communities/hub-3.yaml").write_text(kept, encoding="utf-8")

    assert run.code == 0, run.text
    assert {event["event"] for event in run.events} == {"surveyed", "ended", "result"}
    assert run.events[-1]["gone"] == [{"name": "hub-3", "command": "deployer destroy hub-3 --simulate"}]
    assert made.backend.stack("hub-3-prod") is not None


def test_three_tenths_of_all_calls_are_throttled(made: Fleet) -> None:
    made.names.append("hub-4")
    made.title("Hello", "hub-4")
    made.order({"kind": "throttling", "share": 0.3}, {"kind": "throttling", "operation": "update", "share": 0.3})
    result = made.carry_out(names=("hub-4", "hub-0"))

    assert states(result) == {"hub-4": "up", "hub-0": "unchanged"}, faults(result)
    assert sum("trying again" in note for note in made.notes) >= 4
    made.assert_whole()


def test_waves_stop_when_the_canary_is_not_well(made: Fleet) -> None:
    made.order({"name": "*", "operation": "update", "kind": "permission"})
    made.title("Another text")
    stopped = made.carry_out(canaries=("hub-2",))

    survey = next(event for event in made.events if isinstance(event, Surveyed))
    assert survey.waves == [("hub-2",), ("hub-0",), ("hub-1", "hub-3", "hub-4")]
    assert made.begun == ["hub-2"]
    assert all(stack.effective and not stack.new for stack in made.plan("hub-2").stacks)
    assert states(stopped) == {"hub-2": "failed", **dict.fromkeys(("hub-0", "hub-1", "hub-3", "hub-4"), "not begun")}
    assert stopped.stopped == "the wave before is not healthy: hub-2"
    assert stopped.exit_code == 4

    made.order()
    again = made.carry_out(resume=True)
    assert set(states(again).values()) == {"up"}, faults(again)
    survey = next(event for event in made.events if isinstance(event, Surveyed))
    assert survey.waves == [("hub-2",), ("hub-0",), ("hub-1", "hub-3", "hub-4")]
    made.assert_whole()
