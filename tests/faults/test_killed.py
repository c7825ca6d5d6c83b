"""A deployer that is killed half-way, or stopped with Ctrl-C: the same command goes on and mends it."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.engine, pytest.mark.hub]

STAGING = ("deploy", "demo", "--stage", "staging", "--json")


def follow(process: Any, until: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Read events until one is the one; all of them when the process ends before."""
    events = []
    for line in process.stdout:
        events.append(json.loads(line))
        if until(events[-1]):
            break
    return events


def supervisors(project: Any) -> list[psutil.Process]:
    """Hubs that run in the checkout."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any("supervis" in word for word in process.info["cmdline"] or ())
        and any(str(project.root) in word for word in process.info["cmdline"] or ())
    ]


def locks(project: Any) -> list[Any]:
    return list((project.root / ".state/.pulumi/locks").rglob("*.json"))


def test_killed_between_any_two_resources(shared_project: Any) -> None:
    reached: set[tuple[str, str]] = set()

    def farther(event: dict[str, Any]) -> bool:
        """A resource is done, or the hub is begun, which no run before this one has come to."""
        point = (event["event"], event.get("name", ""))
        worth = point[0] == "resource_done" or point == ("resource_started", "demo-staging")
        return worth and point not in reached

    while True:
        process = shared_project.start(*STAGING)
        said = follow(process, farther)
        if not farther(said[-1]):
            break
        process.kill()
        process.communicate()
        reached.add((said[-1]["event"], said[-1]["name"]))
    _, err = process.communicate()

    assert process.returncode == 0, json.dumps(said[-3:]) + err
    assert said[-1]["event"] == "result"
    # What an engine finished after its deployer's last word, the next one has nothing to say of.
    assert {("resource_done", "demo"), ("resource_started", "demo-staging")} <= reached
    assert len(reached) >= 3
    assert len(supervisors(shared_project)) == 1
    assert not locks(shared_project)
    state = json.loads((shared_project.root / ".state/.pulumi/stacks/hubs/demo-staging.json").read_text())
    assert not state["checkpoint"]["latest"].get("pending_operations")
    assert [stage["state"] for stage in shared_project.run("status", "demo", "--json").json] == ["up", "not deployed"]


def test_killed_during_the_health_check(shared_project: Any) -> None:
    edit_title(shared_project, "A title to check anew")
    process = shared_project.start(*STAGING)
    follow(process, lambda event: event.get("name") == "server starts")
    process.kill()
    process.communicate()

    held = shared_project.run("deploy", "demo", "--stage", "prod")
    assert held.code == 3, held.text
    assert "demo-prod may not go ahead of staging: staging did not pass its health check" in held.err

    again = shared_project.run(*STAGING)
    assert again.code == 0, again.text


def test_ctrl_c_once_stops_cleanly(shared_project: Any) -> None:
    edit_title(shared_project, "Another title")
    process = shared_project.start("deploy", "demo", "--json")
    follow(process, lambda event: event["event"] == "resource_started" and event["kind"] == "Hub")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130, (out, err)
    error = json.loads(out.splitlines()[-1])
    assert error["event"] == "error"
    assert "deployer deploy demo" in error["remedy"]
    assert "prod" in error["left"]
    assert "Traceback" not in err
    assert not locks(shared_project)


def test_ctrl_c_twice_stops_at_once(shared_project: Any) -> None:
    edit_title(shared_project, "Yet another title")
    process = shared_project.start(*STAGING)
    follow(process, lambda event: event["event"] == "step_started" and event["step"] == "staging")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)

    assert process.returncode == 130, (out, err)
    assert "Traceback" not in err


def test_after_all_that_the_same_command_ends_well(shared_project: Any) -> None:
    again = shared_project.run(*STAGING)

    assert again.code == 0, again.text
    assert len(supervisors(shared_project)) == 1
    assert not locks(shared_project)


def edit_title(project: Any, title: str) -> None:
    """Change something that the hub must be restarted for."""
    path = project.root / "communities/demo.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [f"title: {title}" if line.startswith("title:") else line for line in lines]
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")
