"""The health check against a real JupyterHub: healthy, and with every fault that can be made here."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from deployer.rollout.health import Expectations, HealthResult, HubTarget, SharedExpectation, Step, check_hub
from tests.unit.health.real_hub import RealHub

pytestmark = [pytest.mark.hub, pytest.mark.xdist_group("health")]

EXPECTS = Expectations(
    shared_directories=(SharedExpectation(name="shared"), SharedExpectation(name="open", everyone_writes=True)),
    scratch=True,
)
REASONS_LOGGED = {"kernel dies": "No module named ipykernel", "spawner fails": "RuntimeError: there is no room"}
STEPS = [
    "hub answers",
    "user is added",
    "login page lets in",
    "API lets in",
    "server starts",
    "server answers",
    "kernel starts",
    "cell runs",
    "home keeps files",
    "shared directories are there",
    "scratch takes files",
    "nbgitpuller answers",
    "server stops",
    "user is removed",
]


def target(hub: RealHub) -> HubTarget:
    return HubTarget(url=hub.url, api_token=hub.api_token, password=hub.password, expects=EXPECTS, logs=hub)


def nothing(step: Step) -> None:
    """For tests that look at the result alone."""


def failed_at(result: HealthResult) -> str:
    assert result.fault is not None, "it passed"
    assert [step.passed for step in result.steps] == [True] * (len(result.steps) - 1) + [False]
    assert result.steps[-1].name == result.fault.step
    assert not result.healthy
    return result.fault.step


def test_healthy(hub: RealHub) -> None:
    begun: list[str] = []
    ended: list[Step] = []
    result = check_hub(target(hub), on_step=ended.append, on_start=begun.append)

    assert result.healthy, result.fault
    assert [step.name for step in result.steps] == STEPS
    assert begun == STEPS
    assert tuple(ended) == result.steps
    assert all(step.passed and step.seconds > 0 for step in result.steps)
    assert result.seconds >= sum(step.seconds for step in result.steps)
    assert result.left == ""
    details = {step.name: step.detail for step in result.steps}
    assert details["hub answers"].startswith("JupyterHub 5.")
    assert details["server answers"] == "opens at /lab"
    assert details["kernel starts"] == "python3"
    # All servers of this hub run as one user, and nothing here protects what they share.
    assert details["shared directories are there"] == "shared (not protected from writing), open"
    # It leaves nothing in what people share.
    for name in ("shared", "open", "open-readwrite", "scratch"):
        assert list((hub.folder / name).iterdir()) == []
    # Beside the server's own start it costs little; the bound is wide for a loaded machine.
    start = next(step.seconds for step in result.steps if step.name == "server starts")
    assert result.seconds - start < 15


def test_without_expectations_asks_for_less(hub: RealHub) -> None:
    hub.next_server("no shared")
    bare = HubTarget(url=hub.url, api_token=hub.api_token)
    result = check_hub(bare, on_step=nothing)
    assert result.healthy, result.fault
    left_out = {"login page lets in", "shared directories are there", "scratch takes files"}
    assert [step.name for step in result.steps] == [name for name in STEPS if name not in left_out]


def test_wrong_token(hub: RealHub) -> None:
    wrong = "not-the-token-of-this-hub"
    result = check_hub(replace(target(hub), api_token=wrong), on_step=nothing)
    assert failed_at(result) == "user is added"
    assert result.fault is not None
    assert "answered 403" in result.fault.seen
    assert result.fault.part == "hub"
    assert wrong not in repr(result)
    assert result.left == ""


def test_wrong_password(hub: RealHub) -> None:
    result = check_hub(replace(target(hub), password="guessed-wrong"), on_step=nothing)
    assert failed_at(result) == "login page lets in"
    assert result.fault is not None
    assert "Invalid username or password" in result.fault.seen
    assert "guessed-wrong" not in repr(result)


def test_secrets_are_not_shown(hub: RealHub) -> None:
    shown = repr(target(hub))
    assert hub.api_token not in shown
    assert hub.password not in shown


@pytest.mark.parametrize(
    ("fault", "step", "seen"),
    [
        ("spawner fails", "server starts", "there is no room on this machine"),
        ("server never starts", "server starts", "the server ended before it answered"),
        ("kernel dies", "kernel starts", "the kernel died while starting"),
        ("read-only home", "home keeps files", "Permission denied"),
        ("no shared", "shared directories are there", "there is no folder shared in the home"),
        ("no open-readwrite", "shared directories are there", "there is no folder open-readwrite"),
        ("readers may write", "shared directories are there", "shared-readwrite is open to somebody who is neither"),
        ("no scratch", "scratch takes files", "there is no folder scratch"),
    ],
)
def test_faulty_server(hub: RealHub, fault: str, step: str, seen: str) -> None:
    hub.next_server(fault)
    result = check_hub(target(hub), on_step=nothing)
    assert failed_at(result) == step
    assert result.fault is not None
    assert seen in result.fault.seen
    assert result.fault.part.startswith("server:health-check-")
    assert result.fault.log_part == "hub"  # this hub's servers write into its log
    log = "\n".join(result.fault.log)
    assert REASONS_LOGGED.get(fault, "") in log
    assert log
    assert not any(secret in log for secret in (hub.api_token, hub.password))
    assert result.left == ""


def test_server_dies_after_starting(hub: RealHub) -> None:
    def kill_server(step: Step) -> None:
        if step.name == "cell runs":
            server = hub.server_process(hub.users()[0])
            server.kill()

    result = check_hub(target(hub), on_step=kill_server)
    assert failed_at(result) == "home keeps files"
    assert result.fault is not None
    assert result.fault.part.startswith("server:health-check-")
    assert result.left == ""


def test_leftovers_of_killed_checks_are_removed(hub: RealHub) -> None:
    hub.next_server("user of long ago")
    hub.api("POST", "users/ada").raise_for_status()
    kill_at_kernel_start(hub, signal.SIGKILL)
    killed = next(name for name in hub.users() if name != "ada")
    server = hub.server_process(killed)
    hub.next_server("")
    hub.api("POST", "users/health-check-young").raise_for_status()

    result = check_hub(target(hub), on_step=nothing)

    assert result.healthy, result.fault
    assert not server.is_running()
    # A check that may still be running keeps its user, and people are never touched.
    assert hub.users() == ["ada", "health-check-young"]
    details = {step.name: step.detail for step in result.steps}
    assert details["user is added"] == f"removed {killed} of earlier checks"
    for name in ("health-check-young", "ada"):
        hub.api("DELETE", f"users/{name}").raise_for_status()


def test_the_service_may_do_no_more_than_it_needs(hub: RealHub) -> None:
    hub.api("POST", "users/ada").raise_for_status()
    assert hub.api("POST", "users/ada/server").status_code == 403
    assert hub.api("GET", "proxy").status_code == 403
    hub.api("DELETE", "users/ada").raise_for_status()


def test_deadline_in_the_middle(hub: RealHub) -> None:
    begun = time.monotonic()
    result = check_hub(target(hub), on_step=nothing, deadline_seconds=1.5)
    assert failed_at(result) == "server starts"
    assert result.fault is not None
    assert "the check's 1.5 s were over" in result.fault.seen
    assert time.monotonic() - begun < 15
    assert result.left == ""


@pytest.mark.parametrize("handler", ["default", "raises KeyboardInterrupt"])
def test_interrupt_clears_away(hub: RealHub, handler: str) -> None:
    errors = kill_at_kernel_start(hub, signal.SIGINT, own_handler=handler != "default")
    assert "KeyboardInterrupt" in errors
    assert hub.users() == []


def kill_at_kernel_start(hub: RealHub, number: signal.Signals, *, own_handler: bool = False) -> str:
    """What a check wrote to standard error that got a signal while its server was running."""
    program = f"""
import signal
from deployer.rollout.health import HubTarget, check_hub
def interrupted(number, frame):
    raise KeyboardInterrupt
if {own_handler}:
    signal.signal(signal.SIGINT, interrupted)
check_hub(
    HubTarget(url={hub.url!r}, api_token={hub.api_token!r}),
    on_step=lambda step: None,
    on_start=lambda name: print(name, flush=True),
)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "kernel starts":
            process.send_signal(number)
            break
    return process.communicate(timeout=60)[1]
