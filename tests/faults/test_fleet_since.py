"""`deploy --since` in a real git repository: what changed is rolled out, and whoever lost its file is named."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import checkout
from tests.faults.fleet import THEIRS, Fleet, fleet

pytestmark = pytest.mark.engine
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
SINCE = ("deploy", "--since", "main", "--simulate", "--json")


def git(fleet: Fleet, *words: str) -> None:
    subprocess.run(["git", *NAMED, *words], cwd=fleet.checkout.root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def made(tools: Mapping[str, Path]) -> Iterator[Fleet]:
    """Three communities whose stagings are up, in the first commit of a fork, and a branch that leaves it."""
    with checkout() as project:
        three = fleet(project, 3, cluster=THEIRS)
        three.title("Told apart from the others", "hub-1")
        project.write(".gitignore", ".state/\n.pulumi/\nfaults.yaml\n")
        git(three, "init", "--quiet", "--initial-branch", "main")
        git(three, "add", "--all")
        git(three, "commit", "--quiet", "--message", "Three communities")
        up = project.run("deploy", "--all", "--stage", "staging", "--simulate", "--json")
        assert up.code == 0, up.text
        git(three, "switch", "--quiet", "--create", "change")
        yield three


def test_nothing_changed(made: Fleet) -> None:
    run = made.checkout.run(*SINCE)

    assert run.code == 0, run.text
    assert run.events[-1]["members"] == []


def test_what_changed_goes_and_what_is_gone_is_named(made: Fleet) -> None:
    communities = made.checkout.root / "communities"
    made.title("Changed", "hub-0")
    git(made, "rm", "--quiet", "communities/hub-1.yaml")
    renamed = (communities / "hub-2.yaml").read_text(encoding="utf-8").replace("hub-2", "hub-9")
    git(made, "rm", "--quiet", "communities/hub-2.yaml")
    made.checkout.write("communities/hub-9.yaml", renamed)
    git(made, "add", "--all")
    git(made, "commit", "--quiet", "--message", "One of each")

    run = made.checkout.run(*SINCE, "--stage", "staging")

    assert run.code == 0, run.text
    ended = {event["community"]: event["state"] for event in run.events if event["event"] == "ended"}
    assert ended == {"hub-0": "up", "hub-9": "up"}
    assert run.events[-1]["gone"] == [
        {"name": name, "command": f"deployer destroy {name} --simulate"} for name in ("hub-1", "hub-2")
    ]
    notes = [event["text"] for event in run.events if event["event"] == "note"]
    assert "hub-9 is hub-2 under another name: its hubs are made anew" in notes
    assert made.backend.stack("hub-1-staging") is not None
    assert made.backend.stack("hub-2-staging") is not None


def test_a_reference_that_git_does_not_know(made: Fleet) -> None:
    run = made.checkout.run("deploy", "--since", "nowhere", "--simulate")

    assert run.code == 2, run.text
    assert "nowhere" in run.err
